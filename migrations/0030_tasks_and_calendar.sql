-- What the user has to do, for an application or in general. Days in the user's time zone, not instants.
create table tasks (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid,
  kind text not null check (kind in ('follow_up', 'task')),
  title text not null check (char_length(title) between 1 and 200),
  due_on date,
  snoozed_until date,                         -- counts as the due day if it is later
  done_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index tasks_application_id_idx on tasks (tenant_id, application_id) where application_id is not null;
create index tasks_open_idx on tasks (tenant_id, owner_id, due_on) where done_at is null;
select protect_tenant_table('tasks', 'visible', 'own');
grant select, insert, update, delete on tasks to jobhax_app;
select mark_tenant_table('tasks');
select add_foreign_key('tasks', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('tasks', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- What a merge moved.
alter table application_merges add column task_ids uuid[] not null default '{}';

-- The address of the calendar feed of each user. It is derived from the keys of the installation and the version, so it is not
-- stored. Without a row the version is 0.
create table calendar_feeds (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  version integer not null,
  rotated_at timestamptz not null,
  primary key (tenant_id, owner_id)
);
select protect_tenant_table('calendar_feeds', 'own', 'own');
grant select, insert, update on calendar_feeds to jobhax_app;
select mark_tenant_table('calendar_feeds');
select add_foreign_key('calendar_feeds', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
