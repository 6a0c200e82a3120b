-- Database roles. Roles belong to the whole cluster, so another database of the cluster may have created them already.
--   jobhax_login  the login of the connection pool: global tables, and the right to become jobhax_app
--   jobhax_app    the role of every tenant transaction: tenant tables under row level security
-- Neither owns any table. If the migrating role may not create roles, `jobhax migrate --print-roles` prints the statements.
do $$
begin
  if not exists (select from pg_roles where rolname = 'jobhax_app') then -- the right to create roles is only needed once
    create role jobhax_app login nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'jobhax_login') then -- the right to create roles is only needed once
    create role jobhax_login login nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not pg_has_role('jobhax_login', 'jobhax_app', 'member') then
    grant jobhax_app to jobhax_login;
  end if;
exception when unique_violation or sqlstate 'XX000' then null; -- another database of the cluster is migrating concurrently
end $$;

-- The server sets the same timeouts for each of its connections. On Citus that does not reach the other nodes, which connect to
-- each other as these roles and need them here. A migrating role without the right to change roles leaves that to the operator.
do $$
declare
  v_role text;
  v_setting text;
begin
  foreach v_role in array array['jobhax_login', 'jobhax_app'] loop
    foreach v_setting in array array['statement_timeout=20s', 'lock_timeout=5s'] loop
      if not exists (
        select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
        where r.rolname = v_role and s.setdatabase = 0
          and exists (select from unnest(s.setconfig) c where split_part(c, '=', 1) = split_part(v_setting, '=', 1))
      ) then
        execute format('alter role %I set %s = %L', v_role, split_part(v_setting, '=', 1), split_part(v_setting, '=', 2));
      end if;
    end loop;
  end loop;
exception
  when insufficient_privilege then null;
  when unique_violation or sqlstate 'XX000' then null; -- another database of the cluster is migrating concurrently
end $$;

do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;

revoke create on schema public from public;
grant usage on schema public to jobhax_app, jobhax_login;
