-- How many applications a user wants to send in a week.
create table application_goals (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  weekly_goal integer not null check (weekly_goal between 1 and 100),
  primary key (tenant_id, owner_id)
);
select protect_tenant_table('application_goals', 'visible', 'own');
grant select, insert, update, delete on application_goals to jobhax_app;
select mark_tenant_table('application_goals');
select add_foreign_key('application_goals', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
