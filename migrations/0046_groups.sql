-- Groups of members of an organization. Owners, admins and coaches see and change them; members do not.
create table groups (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  name_key text not null,                     -- case-folded
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index groups_name_key on groups (tenant_id, name_key);

create table group_members (
  tenant_id uuid not null references tenants on delete cascade,
  group_id uuid not null,
  user_id uuid not null,
  primary key (tenant_id, group_id, user_id)
);
create index group_members_user_id_idx on group_members (tenant_id, user_id);

alter table groups enable row level security;
alter table groups force row level security;
create policy select_staff on groups for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy insert_staff on groups for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy update_staff on groups for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'))
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy delete_staff on groups for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
grant select, insert, update, delete on groups to jobhax_app;
select mark_tenant_table('groups');

alter table group_members enable row level security;
alter table group_members force row level security;
create policy select_staff on group_members for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy insert_staff on group_members for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy update_never on group_members for update to jobhax_app using (false) with check (false);
create policy delete_staff on group_members for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
grant select, insert, delete on group_members to jobhax_app;
select mark_tenant_table('group_members');
select add_foreign_key('group_members', 'group_id', 'groups', 'id', 'on delete cascade');
-- A member who leaves the organization leaves its groups.
select add_foreign_key('group_members', 'user_id', 'memberships', 'user_id', 'on delete cascade');
