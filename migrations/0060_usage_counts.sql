-- How much each user has of the quotas that count many rows, so that adding one does not count the others. The statements that insert
-- and delete applications and files change the number in their transaction. There is a row for each user, not one for the workspace:
-- what one user adds is serialized by a lock anyway, so nobody waits for the row of another user.
create table usage_counts (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  quota text not null check (quota in ('applications', 'file_bytes')),
  used bigint not null,
  primary key (tenant_id, owner_id, quota)
);
-- What exists already. The owner of the tables, who migrates, sees it while row level security is not forced.
alter table job_applications no force row level security;
alter table files no force row level security;
insert into usage_counts (tenant_id, owner_id, quota, used)
  select a.tenant_id, a.owner_id, 'applications', count(*) from job_applications a group by a.tenant_id, a.owner_id;
insert into usage_counts (tenant_id, owner_id, quota, used)
  select f.tenant_id, f.owner_id, 'file_bytes', sum(f.bytes) from files f group by f.tenant_id, f.owner_id;
alter table job_applications force row level security;
alter table files force row level security;
select protect_tenant_table('usage_counts', 'own', 'own');
grant select, insert, update on usage_counts to jobhax_app;
select mark_tenant_table('usage_counts');
select add_foreign_key('usage_counts', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- As before, from the numbers of all members.
drop policy select_counted on job_applications;
drop policy select_counted on files;
create policy select_counted on usage_counts for select to current_user
  using (current_setting('app.count_usage', true) = 'on');
create or replace function quota_usage(p_tenant uuid, p_quota text) returns table (used bigint, own_limit bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    used := 0; -- like a tenant without rows
    return next;
    return;
  end if;
  execute 'set local app.count_usage = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  if p_quota in ('applications', 'file_bytes') then
    select coalesce(sum(c.used), 0) into used from public.usage_counts c where c.tenant_id = p_tenant and c.quota = p_quota;
  elsif p_quota = 'mailboxes' then
    select count(*) into used from public.mailboxes b where b.tenant_id = p_tenant and b.kind <> 'upload';
  else
    raise invalid_parameter_value using message = 'unknown quota';
  end if;
  execute 'set local app.count_usage = ''off''';
  select (t.quotas ->> p_quota)::bigint into own_limit from public.tenants t where t.id = p_tenant;
  return next;
end $$;

-- As before, and subtracts what is deleted, with the parts and files that foreign keys delete.
create policy select_purged on files for select to current_user
  using (current_setting('app.purge', true) = 'on');
create policy select_purged on usage_counts for select to current_user
  using (current_setting('app.purge', true) = 'on');
create policy update_purged on usage_counts for update to current_user
  using (current_setting('app.purge', true) = 'on') with check (current_setting('app.purge', true) = 'on');
create or replace function purge_applications(p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$ -- not sql: Citus cannot plan it with parameters
declare
  v_purged integer := 0;
  v record;
begin
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  for v in
    with expired as (
      select a.tenant_id, a.id from public.job_applications a
      where a.deleted_at <= p_before and a.merged_into is null
      order by a.deleted_at
      limit p_limit
    ), purged as (
      delete from public.job_applications a using expired
      where a.tenant_id = expired.tenant_id and a.id = expired.id and a.deleted_at <= p_before and a.merged_into is null
      returning a.tenant_id, a.owner_id, a.id
    ), gone as (
      select p.tenant_id, p.owner_id, p.id, true as is_counted from purged p
      union all
      select a.tenant_id, a.owner_id, a.id, false
      from purged p join public.job_applications a on a.tenant_id = p.tenant_id and a.merged_into = p.id
    )
    select g.tenant_id, g.owner_id, count(distinct g.id) as applications,
      count(distinct g.id) filter (where g.is_counted) as purged, coalesce(sum(f.bytes), 0)::bigint as file_bytes
    from gone g left join public.files f on f.tenant_id = g.tenant_id and f.application_id = g.id
    group by g.tenant_id, g.owner_id
    order by g.tenant_id, g.owner_id
  loop
    v_purged := v_purged + v.purged;
    update public.usage_counts c set used = greatest(c.used - v.applications, 0)
      where c.tenant_id = v.tenant_id and c.owner_id = v.owner_id and c.quota = 'applications';
    update public.usage_counts c set used = greatest(c.used - v.file_bytes, 0)
      where c.tenant_id = v.tenant_id and c.owner_id = v.owner_id and c.quota = 'file_bytes' and v.file_bytes > 0;
  end loop;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
