-- Merging applications: one becomes a part of another, until the merge is undone.

-- A part is deleted as well, so that nothing lists or counts it. Its events stay its own, because events are never changed; its
-- notes and messages move to the application that it is a part of.
alter table job_applications add column merged_into uuid;
create index job_applications_merged_into_idx on job_applications (tenant_id, owner_id, merged_into) where merged_into is not null;
create index job_applications_parts_idx on job_applications (tenant_id, merged_into) where merged_into is not null;
select add_foreign_key('job_applications', 'merged_into', 'job_applications', 'id', 'on delete cascade');

-- What each merge moved, to undo it.
create table application_merges (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  other_id uuid not null,
  part_ids uuid[] not null,                   -- the parts that the other application had
  note_ids uuid[] not null,
  mail_ids uuid[] not null,
  created_at timestamptz not null,
  undone_at timestamptz,
  primary key (tenant_id, id)
);
create index application_merges_application_id_idx on application_merges (tenant_id, application_id);
create index application_merges_other_id_idx on application_merges (tenant_id, other_id);
select protect_tenant_table('application_merges', 'own', 'own');
grant select, insert, update on application_merges to jobhax_app;
select mark_tenant_table('application_merges');
select add_foreign_key('application_merges', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('application_merges', 'application_id', 'job_applications', 'id', 'on delete cascade');
select add_foreign_key('application_merges', 'other_id', 'job_applications', 'id', 'on delete cascade');

-- As before, but a part stays as long as the application that it is a part of, and is deleted with it.
create or replace function purge_applications(p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$ -- not sql: Citus cannot plan it with parameters
declare
  v_purged integer;
begin
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  with expired as (
    select a.tenant_id, a.id from public.job_applications a
    where a.deleted_at <= p_before and a.merged_into is null
    order by a.deleted_at
    limit p_limit
  ), purged as (
    delete from public.job_applications a using expired
    where a.tenant_id = expired.tenant_id and a.id = expired.id and a.deleted_at <= p_before and a.merged_into is null
    returning a.id
  )
  select count(*) into v_purged from purged;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
