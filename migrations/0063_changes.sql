-- The changes feed: every committed change of a workspace's data, in the order of the commits.
--
-- A transaction appends its changes in its last statement, under a lock of the workspace's row in `change_sequences` that it keeps
-- until it has committed. So numbers are in the order of the commits, and whoever reads a number has every smaller one.

create table change_sequences (
  tenant_id uuid not null references tenants on delete cascade,
  last_number bigint not null check (last_number >= 0),
  purged_number bigint not null default 0 check (purged_number >= 0), -- the highest number that was purged
  primary key (tenant_id)
);
alter table change_sequences enable row level security;
alter table change_sequences force row level security;
create policy select_tenant on change_sequences for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy insert_never on change_sequences for insert to jobhax_app with check (false);
create policy update_never on change_sequences for update to jobhax_app using (false) with check (false);
create policy delete_never on change_sequences for delete to jobhax_app using (false);
grant select on change_sequences to jobhax_app;
select mark_tenant_table('change_sequences');

create table changes (
  tenant_id uuid not null references tenants on delete cascade,
  number bigint not null check (number > 0),
  id uuid not null,
  owner_id uuid,                              -- whose data it is; null for what all members share
  type text not null check (char_length(type) between 1 and 50),
  object_id uuid not null,
  application_id uuid,                        -- the application that the object belongs to; it may no longer exist
  committed_at timestamptz not null,
  primary key (tenant_id, number)
);
create index changes_owner_id_idx on changes (tenant_id, owner_id, number);
create index changes_committed_at_idx on changes (committed_at);
alter table changes enable row level security;
alter table changes force row level security;
create policy select_own_or_shared on changes for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id is null or owner_id = nullif(current_setting('app.user_id', true), '')::uuid));
create policy insert_never on changes for insert to jobhax_app with check (false);
create policy update_never on changes for update to jobhax_app using (false) with check (false);
create policy delete_never on changes for delete to jobhax_app using (false);
grant select on changes to jobhax_app;
select mark_tenant_table('changes');
select add_foreign_key('changes', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- Appends changes, the only way to write them. The arrays have the same length, one element for each change. In the context of a
-- tenant, changes are those of the tenant, and of what all members share, of the user, or of clients whose applications the user may
-- comment on, to whom they assign tasks. Members join, leave and get roles outside of any tenant context.
create policy select_append on change_sequences for select to current_user
  using (current_setting('app.append_changes', true) = 'on');
create policy insert_append on change_sequences for insert to current_user
  with check (current_setting('app.append_changes', true) = 'on');
create policy update_append on change_sequences for update to current_user
  using (current_setting('app.append_changes', true) = 'on') with check (current_setting('app.append_changes', true) = 'on');
create policy insert_append on changes for insert to current_user
  with check (current_setting('app.append_changes', true) = 'on');

create function append_changes(p_tenant uuid, p_types text[], p_objects uuid[], p_owners uuid[], p_applications uuid[])
returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_count constant integer := cardinality(p_types);
  v_tenant constant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_owners constant uuid[] := array[nullif(current_setting('app.user_id', true), '')::uuid]
    || nullif(current_setting('app.commentable_owners', true), '')::uuid[];
  v_last bigint;
  v_id uuid;
  v_now timestamptz;
begin
  if v_tenant <> p_tenant or not array_remove(p_owners, null) <@ v_owners then
    raise insufficient_privilege using message = 'changes of others';
  end if;
  execute 'set local app.append_changes = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  insert into public.change_sequences (tenant_id, last_number) values (p_tenant, 0) on conflict (tenant_id) do nothing;
  update public.change_sequences s set last_number = s.last_number + v_count
    where s.tenant_id = p_tenant returning s.last_number into v_last;
  v_now := clock_timestamp(); -- after the lock, so that times are in the order of the numbers
  for n in 1..v_count loop
    v_id := gen_random_uuid();
    insert into public.changes (tenant_id, number, id, owner_id, type, object_id, application_id, committed_at)
      values (p_tenant, v_last - v_count + n, v_id, p_owners[n], p_types[n], p_objects[n], p_applications[n], v_now);
  end loop;
  execute 'set local app.append_changes = ''off''';
end $$;
revoke execute on function append_changes(uuid, text[], uuid[], uuid[], uuid[]) from public;
grant execute on function append_changes(uuid, text[], uuid[], uuid[], uuid[]) to jobhax_app, jobhax_login;

-- Deletes changes that are older than 30 days, by the clock of the database: no argument makes it delete a younger one. Runs with the
-- rights of the owner of the tables, for whom the policies show such rows in this function alone.
create policy select_expired on changes for select to current_user
  using (committed_at <= now() - interval '30 days' and current_setting('app.purge', true) = 'on');
create policy delete_expired on changes for delete to current_user
  using (committed_at <= now() - interval '30 days' and current_setting('app.purge', true) = 'on');
create policy select_purge on change_sequences for select to current_user
  using (current_setting('app.purge', true) = 'on');
create policy update_purge on change_sequences for update to current_user
  using (current_setting('app.purge', true) = 'on') with check (current_setting('app.purge', true) = 'on');

create function purge_changes(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_before constant timestamptz := now() - interval '30 days';
  v_purged integer;
begin
  -- Two purges would wait for each other's rows.
  if not pg_try_advisory_xact_lock(hashtextextended('purge of changes', 0)) then
    return 0;
  end if;
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  with expired as (
    select c.tenant_id, c.number from public.changes c
    where c.committed_at <= v_before
    order by c.committed_at
    limit p_limit
  ), last as (
    select e.tenant_id, max(e.number) as number from expired e group by e.tenant_id
  ), marked as (
    update public.change_sequences s set purged_number = greatest(s.purged_number, last.number) from last
    where s.tenant_id = last.tenant_id
    returning s.tenant_id
  ), purged as (
    delete from public.changes c using expired
    where c.tenant_id = expired.tenant_id and c.number = expired.number and c.committed_at <= v_before
    returning c.number
  )
  select count(*) into v_purged from purged;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
revoke execute on function purge_changes(integer) from public;
grant execute on function purge_changes(integer) to jobhax_login;
