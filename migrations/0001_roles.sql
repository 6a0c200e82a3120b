-- Who works in the database. Roles belong to the whole cluster, so another database of it may have made them.
--   jobhax_login  the pool's login: global tables, and the right to become jobhax_app
--   jobhax_app    the role of every tenant transaction: tenant tables under row level security
-- Neither owns anything. Where the migrating role may not make roles, `jobhax migrate --print-roles` says what to run.
do $$
begin
  if not exists (select from pg_roles where rolname = 'jobhax_app') then -- asking first: only some may make roles
    create role jobhax_app login nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'jobhax_login') then -- asking first: only some may make roles
    create role jobhax_login login nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not pg_has_role('jobhax_login', 'jobhax_app', 'member') then
    grant jobhax_app to jobhax_login;
  end if;
exception when unique_violation or sqlstate 'XX000' then null; -- another database is migrated at the same moment
end $$;

do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;

revoke create on schema public from public;
grant usage on schema public to jobhax_app, jobhax_login;

-- Called between creating a tenant table and adding its foreign keys to other tenant tables. Nothing to do on plain
-- Postgres; distributing the database replaces the body.
create function tenant_table(p regclass) returns void language sql as '';
