-- The audit log of a workspace: what was done to people, roles, grants, sign-in methods, exports and invitations. Append-only.

-- Neither the actor nor the object is a foreign key: an event stays when the person leaves or is deleted, without a name then.
create table audit_events (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  actor_kind text not null check (actor_kind in ('user', 'operator', 'system')),
  actor_id uuid,                              -- the user; null for operator and system
  action text not null check (char_length(action) between 1 and 100),
  object_kind text check (char_length(object_kind) between 1 and 100),
  object_id uuid,
  address_hash bytea check (octet_length(address_hash) between 16 and 32), -- keyed, different in each tenant
  details jsonb not null default '{}' check (octet_length(details::text) <= 2000),
  occurred_at timestamptz not null,
  primary key (tenant_id, id),
  check ((actor_kind = 'user') = (actor_id is not null)),
  check ((object_kind is null) = (object_id is null))
);
create index audit_events_occurred_at_idx on audit_events (tenant_id, occurred_at desc, id desc);
create index audit_events_actor_id_idx on audit_events (tenant_id, actor_id, occurred_at desc, id desc);
create index audit_events_age_idx on audit_events (occurred_at);
alter table audit_events enable row level security;
alter table audit_events force row level security;
-- Owners and admins read all events, everybody else their own, which the export of their data contains.
create policy select_managers on audit_events for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (current_setting('app.role', true) in ('owner', 'admin')
      or actor_id = nullif(current_setting('app.user_id', true), '')::uuid));
create policy insert_actor on audit_events for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and actor_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy update_never on audit_events for update to jobhax_app using (false) with check (false);
create policy delete_never on audit_events for delete to jobhax_app using (false);
grant select, insert on audit_events to jobhax_app;
-- Changes of accounts, members and invitations happen outside of any tenant context. The login can add events of every tenant, and
-- neither read nor change any.
create policy insert_login on audit_events for insert to jobhax_login with check (tenant_id is not null);
grant insert on audit_events to jobhax_login;
select mark_tenant_table('audit_events');

-- Deletes events that are older than 400 days, by the clock of the database: no argument makes it delete a younger one. Runs with
-- the rights of the owner of the table, for whom the policies show such rows in this function alone.
create policy select_expired on audit_events for select to current_user
  using (occurred_at <= now() - interval '400 days' and current_setting('app.purge', true) = 'on');
create policy delete_expired on audit_events for delete to current_user
  using (occurred_at <= now() - interval '400 days' and current_setting('app.purge', true) = 'on');

create function purge_audit_events(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_before constant timestamptz := now() - interval '400 days';
  v_purged integer;
begin
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  with expired as (
    select e.tenant_id, e.id from public.audit_events e
    where e.occurred_at <= v_before
    order by e.occurred_at
    limit p_limit
  ), purged as (
    delete from public.audit_events e using expired
    where e.tenant_id = expired.tenant_id and e.id = expired.id and e.occurred_at <= v_before
    returning e.id
  )
  select count(*) into v_purged from purged;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
revoke execute on function purge_audit_events(integer) from public;
grant execute on function purge_audit_events(integer) to jobhax_login;
