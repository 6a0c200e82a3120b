-- Permissions to see another member's rows.
create table access_grant (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,                     -- whose rows
  viewer_id uuid not null,                    -- who may see them
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, owner_id, viewer_id)
);
create index access_grant_by_viewer on access_grant (tenant_id, viewer_id);
alter table access_grant enable row level security;
alter table access_grant force row level security;
create policy see on access_grant for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy add on access_grant for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on access_grant for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on access_grant for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on access_grant to jobhax_app;
select tenant_table('access_grant');
alter table access_grant add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table access_grant add foreign key (tenant_id, viewer_id) references memberships (tenant_id, user_id) on delete cascade;

-- The one way into a tenant transaction: sets the role, the tenant, the person, what the person is in the tenant, and
-- whose rows they may see, all until the end of the transaction. Sent as `BEGIN; SELECT enter(…)` in one message.
-- Each SET stands alone so that it also reaches the nodes of a distributed database.
create function enter(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
declare
  v_role text;
  v_owners text;
begin
  execute 'set local role jobhax_app';
  execute format('set local app.tenant_id = %L', p_tenant);
  execute format('set local app.user_id = %L', p_user);
  select m.role into v_role from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user;
  execute format('set local app.role = %L', coalesce(v_role, ''));
  select array_agg(g.owner_id)::text into v_owners from public.access_grant g
    where g.tenant_id = p_tenant and g.viewer_id = p_user and (g.expires_at is null or g.expires_at > now());
  execute format('set local app.visible_owners = %L', coalesce(v_owners, ''));
end $$;
revoke execute on function enter(uuid, uuid) from public;
grant execute on function enter(uuid, uuid) to jobhax_login;
