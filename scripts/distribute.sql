-- Distributes a JobHax database over the nodes of a Citus cluster. docs/SCALING.md says what has to be done before.
--
--   psql --no-psqlrc --file scripts/distribute.sql "$URL"                     32 shards
--   psql --no-psqlrc --set shard_count=128 --file scripts/distribute.sql "$URL"
--
-- Connect to the coordinator as a superuser, with every server stopped. Everything up to the commit happens or nothing does. A
-- second run is refused.
\set ON_ERROR_STOP on
\if :{?shard_count}
\else
  \set shard_count 32
\endif

begin;

-- 1. Refuse to run where it would do harm.
do $$
declare
  v_functions text;
begin
  if to_regproc('create_distributed_table') is null then
    raise exception 'the extension citus is not installed in this database';
  end if;
  if to_regprocedure('mark_tenant_table(regclass)') is null then
    raise exception 'this is not a migrated JobHax database: run `jobhax migrate` first';
  end if;
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    raise exception 'row level security would hide rows from %: connect as a superuser', current_user;
  end if;
  if exists (select from pg_stat_activity where datname = current_database() and usename = 'jobhax_login') then
    raise exception 'a server is connected: stop every server first';
  end if;
  if exists (select from pg_dist_partition where logicalrelid = to_regclass('public.stages')) then
    raise exception 'this database is distributed already';
  end if;
  -- Row locks for share on tables that every node has deadlock; undistribute_table drops functions that return rows of a table.
  select string_agg(p.proname, ', ' order by p.proname) into v_functions
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace
    and (p.prosrc ~* '\mfor\s+(key\s+)?share\M'
      or exists (select from pg_type t join pg_class c on c.oid = t.typrelid where t.oid = p.prorettype and c.relkind in ('r', 'p')));
  if v_functions is not null then
    raise exception 'functions that Citus cannot execute: %. Update JobHax and run `jobhax migrate` first', v_functions;
  end if;
end $$;

-- Otherwise Citus changes several shards at once, and then refuses to change a reference table in the same transaction.
set local citus.multi_shard_modify_mode to 'sequential';

-- 2. Put the foreign keys of the tenant tables aside: no order of distributing the tables satisfies all of them.
create temporary table tenant_tables on commit drop as
  select c.oid::regclass as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relforcerowsecurity and c.relname <> 'memberships';
create temporary table foreign_keys on commit drop as
  select k.conrelid::regclass::text as table_name, k.conname, pg_get_constraintdef(k.oid) as definition
  from pg_constraint k
  where k.contype = 'f' and k.conparentid = 0 and k.conrelid in (select name from tenant_tables);
do $$
declare
  v record;
begin
  for v in select * from foreign_keys loop
    execute format('alter table %s drop constraint %I', v.table_name, v.conname);
  end loop;
end $$;

-- 3. A copy on every node of what tenant tables refer to. One statement each: converting a table converts its neighbours.
select create_reference_table('public.tenants');
select create_reference_table('public.users');
select create_reference_table('public.memberships');

-- 4. The tenant tables. The rows of a tenant are all on one node.
select create_distributed_table('public.stages', 'tenant_id', shard_count => :shard_count);
do $$
declare
  v record;
begin
  for v in select name from tenant_tables where name <> 'public.stages'::regclass order by name::text loop
    perform create_distributed_table(v.name, 'tenant_id', colocate_with => 'public.stages');
  end loop;
end $$;

-- 5. The foreign keys back. As a superuser, so they are validated against all rows.
do $$
declare
  v record;
begin
  for v in select * from foreign_keys loop
    execute format('alter table %s add constraint %I %s', v.table_name, v.conname, v.definition);
  end loop;
end $$;

-- 6. Later migrations distribute the tables that they create.
create or replace function public.mark_tenant_table(p regclass) returns void language plpgsql as $$
begin
  perform create_distributed_table(p, 'tenant_id', colocate_with => 'public.stages');
end $$;

-- 7. Settings of the roles. Citus hands them on to the nodes.
--    The tenant context travels with the transaction; nodes connect to each other as the role of the statement; timeouts apply
--    on every node; migrations change reference tables and tenant tables in one transaction.
alter role jobhax_login set citus.propagate_set_commands = 'local';
alter role jobhax_app login;
alter role jobhax_app set statement_timeout = '20s';
alter role jobhax_app set lock_timeout = '5s';
alter role jobhax_login set statement_timeout = '20s';
alter role jobhax_login set lock_timeout = '5s';
do $$
begin
  execute format('alter role %s set citus.multi_shard_modify_mode = ''sequential''',
    (select relowner::regrole from pg_class where oid = 'public.stages'::regclass));
end $$;

commit;

-- 8. Check. Afterwards, because the commands on the nodes do not see what is not committed. On each node, count the shards under
--    forced row level security with a policy for each command. The query is a string inside a function so that it is planned
--    after the setting that makes shards visible.
do $$
declare
  v_expected bigint;
  v_protected bigint;
  v_keys bigint;
  v_tables text;
  v_failed text;
begin
  select string_agg(c.relname, '|'), count(*) filter (where k.n = 0) into v_tables, v_keys
  from pg_dist_partition p
  join pg_class c on c.oid = p.logicalrelid
  cross join lateral (select count(*) as n from pg_constraint where contype = 'f' and conrelid = p.logicalrelid and convalidated) k
  where p.partmethod = 'h';
  if v_keys > 0 then
    raise exception 'check failed: a distributed table has no foreign key';
  end if;
  select string_agg(c.relname, ', ') into v_failed
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relforcerowsecurity
    and c.relname !~ '_[0-9]+$' -- a shard
    and c.oid not in (select logicalrelid from pg_dist_partition);
  if v_failed is not null then
    raise exception 'check failed: not distributed: %', v_failed;
  end if;
  select count(*) into v_expected
  from pg_dist_partition join pg_dist_shard using (logicalrelid) join pg_dist_placement using (shardid)
  where partmethod = 'h';
  select coalesce(sum(case when success then result::bigint else 0 end), 0), string_agg(result, '; ') filter (where not success)
  into v_protected, v_failed
  from run_command_on_all_nodes(format($command$
    select case when set_config('citus.override_table_visibility', 'off', false) is not null then
      (xpath('/row/n/text()', query_to_xml(%L, true, true, '')))[1]::text end
    $command$, format($query$
    select count(*) as n from pg_class c
    where c.relkind in ('r', 'p') and c.relname ~ '^(%s)_[0-9]+$' and c.relrowsecurity and c.relforcerowsecurity
      and (select count(distinct p.polcmd) from pg_policy p where p.polrelid = c.oid) >= 4
    $query$, v_tables)));
  if v_failed is not null then
    raise exception 'check failed: %', v_failed;
  end if;
  if v_protected <> v_expected then
    raise exception 'check failed: % of % shards are under forced row level security. Do not start any server', v_protected, v_expected;
  end if;
  raise notice 'distributed: % shards, all under forced row level security', v_expected;
end $$;

-- 9. The coordinator's copies of the rows from before are still on disk.
do $$
declare
  v record;
begin
  for v in
    select p.logicalrelid from pg_dist_partition p
    where p.partmethod = 'h' or p.logicalrelid in ('public.tenants'::regclass, 'public.users'::regclass, 'public.memberships'::regclass)
  loop
    perform truncate_local_data_after_distributing_table(v.logicalrelid);
  end loop;
end $$;
