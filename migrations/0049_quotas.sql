-- Locked accounts, and quotas of workspaces: limits that an operator sets for one of them, and how much of them is used.

-- An operator has locked the account: it has no sessions and gets none.
alter table users add column locked_at timestamptz;

-- By name of the quota; one that is absent has the configured default.
alter table tenants add column quotas jsonb not null default '{}';

-- How much of a quota the tenant of the transaction uses, over all members, and its own limit. A number and nothing else: row level
-- security hides the rows of other members from the caller, so it runs with the rights of the owner of the tables, for whom the
-- policies show rows in this function alone.
create policy select_counted on job_applications for select to current_user
  using (current_setting('app.count_usage', true) = 'on');
create policy select_counted on files for select to current_user
  using (current_setting('app.count_usage', true) = 'on');
create policy select_counted on mailboxes for select to current_user
  using (current_setting('app.count_usage', true) = 'on');

create function quota_usage(p_tenant uuid, p_quota text) returns table (used bigint, own_limit bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    used := 0; -- like a tenant without rows
    return next;
    return;
  end if;
  execute 'set local app.count_usage = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  if p_quota = 'applications' then
    select count(*) into used from public.job_applications a where a.tenant_id = p_tenant;
  elsif p_quota = 'file_bytes' then
    select coalesce(sum(f.bytes), 0) into used from public.files f where f.tenant_id = p_tenant;
  elsif p_quota = 'mailboxes' then
    select count(*) into used from public.mailboxes b where b.tenant_id = p_tenant and b.kind <> 'upload';
  else
    raise invalid_parameter_value using message = 'unknown quota';
  end if;
  execute 'set local app.count_usage = ''off''';
  select (t.quotas ->> p_quota)::bigint into own_limit from public.tenants t where t.id = p_tenant;
  return next;
end $$;
revoke execute on function quota_usage(uuid, text) from public;
grant execute on function quota_usage(uuid, text) to jobhax_app;
