-- Tenant tables and the tenant context of a transaction.
--
-- A migration that creates a tenant table follows this order, which also works on Citus:
--   create table …; select protect_tenant_table(…); grant …; select mark_tenant_table(…); select add_foreign_key(…);
-- Tenant tables and the tables they reference have no triggers, rules or identity columns.

-- Called after a tenant table is created and before its foreign keys to other tenant tables are added. Does nothing on plain
-- Postgres; on Citus the body is replaced by one that distributes the table.
create function mark_tenant_table(p regclass) returns void language sql as '';

-- Adds the foreign key (tenant_id, p_column) to (tenant_id, p_referenced_column). Postgres validates a new key with a query of the
-- owner of the tables, which sees no row while row level security is forced: the key would be accepted whatever the rows contain.
-- So it is not forced while the key is added. It stays enabled, and the serving roles, which own nothing, stay subject to it.
create function add_foreign_key(
  p_table regclass, p_column name, p_referenced regclass, p_referenced_column name, p_action text default '')
returns void language plpgsql as $$
declare
  v_forced constant regclass[] := array(
    select c.oid::regclass from pg_class c where c.oid in (p_table, p_referenced) and c.relforcerowsecurity order by c.relname);
  v_name regclass;
begin
  foreach v_name in array v_forced loop
    execute format('alter table %s no force row level security', v_name);
  end loop;
  execute format('alter table %s add foreign key (tenant_id, %I) references %s (tenant_id, %I) %s',
    p_table, p_column, p_referenced, p_referenced_column, p_action);
  foreach v_name in array v_forced loop
    execute format('alter table %s force row level security', v_name);
  end loop;
end $$;
revoke execute on function add_foreign_key(regclass, name, regclass, name, text) from public;

-- Enables and forces row level security and creates one policy for each command. All policies require the tenant of the
-- transaction.
--   p_read   who may select:  'tenant'   every member of the tenant
--                             'visible'  the owner of the row, and members with an access grant of the owner
--                             'own'      the owner of the row
--   p_write  who may change:  'own'      the owner of the row
--                             'append'   the owner of the row may insert; nobody may update or delete
--                             'admin'    owners and admins of the tenant
create function protect_tenant_table(p_table regclass, p_read text, p_write text) returns void language plpgsql as $$
declare
  v_tenant constant text := $q$tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$q$;
  v_own constant text := v_tenant || $q$ and owner_id = nullif(current_setting('app.user_id', true), '')::uuid$q$;
  v_visible constant text := v_tenant || $q$ and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
    or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[]))$q$;
  v_admin constant text := v_tenant || $q$ and current_setting('app.role', true) in ('owner', 'admin')$q$;
  v_read text;
  v_insert text;
  v_change text;
begin
  v_read := case p_read when 'tenant' then v_tenant when 'visible' then v_visible when 'own' then v_own end;
  v_insert := case p_write when 'own' then v_own when 'append' then v_own when 'admin' then v_admin end;
  v_change := case p_write when 'own' then v_own when 'append' then 'false' when 'admin' then v_admin end;
  if v_read is null or v_insert is null then
    raise exception 'protect_tenant_table: unknown variant %, %', p_read, p_write;
  end if;
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('create policy %I on %s for select to jobhax_app using (%s)', 'select_' || p_read, p_table, v_read);
  execute format('create policy %I on %s for insert to jobhax_app with check (%s)', 'insert_' || p_write, p_table, v_insert);
  execute format('create policy %I on %s for update to jobhax_app using (%s) with check (%s)',
    'update_' || p_write, p_table, v_change, v_change);
  execute format('create policy %I on %s for delete to jobhax_app using (%s)', 'delete_' || p_write, p_table, v_change);
end $$;
revoke execute on function protect_tenant_table(regclass, text, text) from public;

-- The only way into a tenant transaction. Sets the role and, until the end of the transaction, the settings that the policies
-- read: tenant, user, the user's role in the tenant, and the owners whose rows the user may also see. Called in the same
-- message as BEGIN. Each SET is a statement of its own so that Citus forwards it to the other nodes.
create function set_tenant_context(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
declare
  v_role text;
  v_owners text;
begin
  execute 'set local role jobhax_app';
  execute format('set local app.tenant_id = %L', p_tenant);
  execute format('set local app.user_id = %L', p_user);
  select m.role into v_role from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user;
  execute format('set local app.role = %L', coalesce(v_role, ''));
  select array_agg(g.owner_id)::text into v_owners from public.access_grants g
    where g.tenant_id = p_tenant and g.viewer_id = p_user and (g.expires_at is null or g.expires_at > now());
  execute format('set local app.visible_owners = %L', coalesce(v_owners, ''));
end $$;
revoke execute on function set_tenant_context(uuid, uuid) from public;

-- Lets the login create the default stages of a new tenant in the transaction that creates the tenant. As jobhax_app it could
-- not do so on Citus, where another role is another connection, which does not see the uncommitted tenant.
create function set_new_tenant_context(p_tenant uuid) returns void language plpgsql as $$
begin
  execute format('set local app.new_tenant_id = %L', p_tenant);
end $$;
revoke execute on function set_new_tenant_context(uuid) from public;
grant execute on function set_new_tenant_context(uuid) to jobhax_login;
grant execute on function set_tenant_context(uuid, uuid) to jobhax_login;
