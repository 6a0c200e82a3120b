-- Copying the applications of a user from one of their workspaces to another.

-- Where a copied row came from, so that copying again does not copy it again. The source is no foreign key: the copy stays when the
-- other workspace is left or deleted. When the copy is deleted for good, its row here is deleted, too.
create table transferred_rows (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  source_tenant_id uuid not null,
  source_id uuid not null,
  application_id uuid,
  contact_id uuid,
  task_id uuid,                               -- of no application
  source_digest text not null,                -- what the source was when it was copied,
  digest text not null,                       -- and what the copy was: whether either has changed since
  copied_at timestamptz not null,
  primary key (tenant_id, id),
  check (coalesce(application_id, contact_id, task_id) is not null)
);
create unique index transferred_rows_source_key on transferred_rows (tenant_id, owner_id, source_tenant_id, source_id);
create index transferred_rows_application_id_idx on transferred_rows (tenant_id, application_id) where application_id is not null;
create index transferred_rows_contact_id_idx on transferred_rows (tenant_id, contact_id) where contact_id is not null;
create index transferred_rows_task_id_idx on transferred_rows (tenant_id, task_id) where task_id is not null;
select protect_tenant_table('transferred_rows', 'own', 'own');
grant select, insert, update on transferred_rows to jobhax_app;
select mark_tenant_table('transferred_rows');
select add_foreign_key('transferred_rows', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('transferred_rows', 'application_id', 'job_applications', 'id', 'on delete cascade');
select add_foreign_key('transferred_rows', 'contact_id', 'contacts', 'id', 'on delete cascade');
select add_foreign_key('transferred_rows', 'task_id', 'tasks', 'id', 'on delete cascade');

-- A checksum of what a member has in a workspace and takes along when leaving. It is compared after the last copy and again when nobody
-- writes any more, so that nothing is deleted that was not copied. Runs with the rights of the owner of the tables, for whom the
-- policies show rows in this function alone.
create policy select_checksum on job_applications for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on application_events for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on notes for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on interviews for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on tasks for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on files for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on contacts for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on contact_links for select to current_user using (current_setting('app.checksum', true) = 'on');
create policy select_checksum on application_postings for select to current_user using (current_setting('app.checksum', true) = 'on');

create function member_checksum(p_tenant uuid, p_user uuid) returns text
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_sum text;
begin
  execute 'set local app.checksum = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  select concat_ws(' ', a.sum, e.sum, n.sum, i.sum, t.sum, f.sum, c.sum, l.sum, p.sum) into v_sum
  from
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.version, r.updated_at, r.deleted_at), 0)), 0) as sum
      from public.job_applications r where r.tenant_id = p_tenant and r.owner_id = p_user) a,
    (select count(*) as sum
      from public.application_events r where r.tenant_id = p_tenant and r.owner_id = p_user) e,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id, r.updated_at), 0)), 0) as sum
      from public.notes r where r.tenant_id = p_tenant and r.owner_id = p_user) n,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id, r.updated_at, r.deleted_at), 0)), 0) as sum
      from public.interviews r where r.tenant_id = p_tenant and r.owner_id = p_user) i,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id, r.updated_at), 0)), 0) as sum
      from public.tasks r where r.tenant_id = p_tenant and r.owner_id = p_user) t,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id), 0)), 0) as sum
      from public.files r where r.tenant_id = p_tenant and r.owner_id = p_user) f,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.updated_at), 0)), 0) as sum
      from public.contacts r where r.tenant_id = p_tenant and r.owner_id = p_user) c,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id), 0)), 0) as sum
      from public.contact_links r where r.tenant_id = p_tenant and r.owner_id = p_user) l,
    (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws(' ', r.id, r.application_id, r.saved_at), 0)), 0) as sum
      from public.application_postings r where r.tenant_id = p_tenant and r.owner_id = p_user) p;
  execute 'set local app.checksum = ''off''';
  return v_sum;
end $$;
revoke execute on function member_checksum(uuid, uuid) from public;
grant execute on function member_checksum(uuid, uuid) to jobhax_login;
