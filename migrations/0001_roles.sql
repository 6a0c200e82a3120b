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

do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;

revoke create on schema public from public;
grant usage on schema public to jobhax_app, jobhax_login;
