-- Stages, job applications, and the append-only log of their changes.

-- Shared by the tenant: every member may see them, owners and admins may change them.
create table stages (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('to_apply', 'applied', 'screening', 'interview', 'offer')),
  name text not null check (char_length(name) between 1 and 60),
  position integer not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, position) deferrable initially immediate
);
select protect_tenant_table('stages', 'tenant', 'admin');
grant select, insert, update, delete on stages to jobhax_app;
-- The default stages, created with the tenant. The login can neither read nor change them.
create policy insert_new_tenant on stages for insert to jobhax_login
  with check (tenant_id = nullif(current_setting('app.new_tenant_id', true), '')::uuid);
grant insert on stages to jobhax_login;
select mark_tenant_table('stages');

create table job_applications (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  job_title text not null check (char_length(job_title) between 1 and 200),
  company text not null check (char_length(company) between 1 and 200),
  search_text text not null,                  -- title and company, case-folded and without accents
  match_key text not null,                    -- normalized company, used to match messages
  requisition text,                           -- the employer's number for the job
  stage_id uuid not null,
  outcome text check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted')),
  stage_changed_at timestamptz not null,      -- last change of stage or outcome
  apply_date date not null,
  source text not null check (char_length(source) <= 200),
  location text check (char_length(location) <= 200),
  url text check (char_length(url) <= 2000),
  salary_min bigint,
  salary_max bigint,
  salary_currency text,
  salary_period text check (salary_period in ('hour', 'day', 'month', 'year')),
  tags text[] not null default '{}',
  user_edited_fields text[] not null default '{}', -- never overwritten by imported messages
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,                     -- in the trash since
  version integer not null default 1,
  primary key (tenant_id, id)
);
create index job_applications_apply_date_idx on job_applications (tenant_id, owner_id, apply_date desc, id desc)
  where deleted_at is null;
create index job_applications_updated_at_idx on job_applications (tenant_id, owner_id, updated_at desc, id desc)
  where deleted_at is null;
create index job_applications_company_idx on job_applications (tenant_id, owner_id, lower(company), id desc)
  where deleted_at is null;
create index job_applications_stage_id_idx on job_applications (tenant_id, owner_id, stage_id, stage_changed_at desc)
  where deleted_at is null;
create index job_applications_match_key_idx on job_applications (tenant_id, owner_id, match_key);
create index job_applications_deleted_at_idx on job_applications (deleted_at) where deleted_at is not null;
select protect_tenant_table('job_applications', 'visible', 'own');
-- No right to delete: deleting an application deletes its events, and the serving roles must not be able to remove events.
grant select, insert, update on job_applications to jobhax_app;
select mark_tenant_table('job_applications');
select add_foreign_key('job_applications', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('job_applications', 'stage_id', 'stages', 'id');

-- Append-only. Replaying the events of an application yields its stage and outcome.
create table application_events (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  from_stage_id uuid,
  to_stage_id uuid not null,
  outcome text check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted')),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  cause text not null check (cause in ('user', 'mail', 'rule', 'api', 'import')),
  actor_id uuid,                              -- null when the system acted
  mail_id uuid,
  primary key (tenant_id, id)
);
create index application_events_application_id_idx on application_events
  (tenant_id, application_id, occurred_at, recorded_at, id);
select protect_tenant_table('application_events', 'visible', 'append');
grant select, insert on application_events to jobhax_app;
select mark_tenant_table('application_events');
select add_foreign_key('application_events', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('application_events', 'application_id', 'job_applications', 'id', 'on delete cascade');
select add_foreign_key('application_events', 'from_stage_id', 'stages', 'id');
select add_foreign_key('application_events', 'to_stage_id', 'stages', 'id');

create table notes (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  description text not null check (char_length(description) between 1 and 20000),
  created_at timestamptz not null,
  updated_at timestamptz,
  primary key (tenant_id, id)
);
create index notes_application_id_idx on notes (tenant_id, application_id, created_at desc, id desc);
select protect_tenant_table('notes', 'visible', 'own');
grant select, insert, update, delete on notes to jobhax_app;
select mark_tenant_table('notes');
select add_foreign_key('notes', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('notes', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- Permanently deletes applications that have been in the trash since before p_before, at most p_limit of them, in all tenants.
-- Returns how many. Runs with the rights of the owner of the tables. The policies of the owner cover nothing but deleted
-- applications, and those only for this function: a later migration would validate a foreign key against these rows alone.
create policy select_deleted on job_applications for select to current_user
  using (deleted_at is not null and current_setting('app.purge', true) = 'on');
create policy delete_deleted on job_applications for delete to current_user
  using (deleted_at is not null and current_setting('app.purge', true) = 'on');

create function purge_applications(p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$ -- not sql: Citus cannot plan it with parameters
declare
  v_purged integer;
begin
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  with expired as (
    select a.tenant_id, a.id from public.job_applications a
    where a.deleted_at <= p_before
    order by a.deleted_at
    limit p_limit
  ), purged as (
    delete from public.job_applications a using expired
    where a.tenant_id = expired.tenant_id and a.id = expired.id and a.deleted_at <= p_before
    returning a.id
  )
  select count(*) into v_purged from purged;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
revoke execute on function purge_applications(timestamptz, integer) from public;
grant execute on function purge_applications(timestamptz, integer) to jobhax_login;
