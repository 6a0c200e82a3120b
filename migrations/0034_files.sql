-- Files of applications. Their contents are in the file store, at <tenant>/<id>.
create table files (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  name text not null check (char_length(name) between 1 and 200),
  kind text not null check (kind in ('resume', 'cover_letter', 'other')),
  media_type text not null,
  bytes bigint not null check (bytes between 1 and 10485760),
  sha256 text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index files_application_id_idx on files (tenant_id, application_id, created_at desc, id desc);
create index files_owner_id_idx on files (tenant_id, owner_id);
select protect_tenant_table('files', 'visible', 'own');
grant select, insert, update, delete on files to jobhax_app;
select mark_tenant_table('files');
select add_foreign_key('files', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('files', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- Which of these files of a tenant exist. The clean-up deletes the contents of all others. Runs with the rights of the owner of
-- the table, for whom the policy shows rows in this function alone.
create policy select_stored on files for select to current_user
  using (current_setting('app.file_cleanup', true) = 'on');

create function existing_files(p_tenant uuid, p_ids uuid[]) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute 'set local app.file_cleanup = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  return query select f.id from public.files f where f.tenant_id = p_tenant and f.id = any (p_ids);
  execute 'set local app.file_cleanup = ''off''';
end $$;
revoke execute on function existing_files(uuid, uuid[]) from public;
grant execute on function existing_files(uuid, uuid[]) to jobhax_login;
