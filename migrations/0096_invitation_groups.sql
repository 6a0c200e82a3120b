-- The group that somebody who accepts an invitation joins. No foreign key: invitations are global, groups are of one tenant; a group that
-- is deleted meanwhile is ignored.
alter table tenant_invitations add column group_id uuid;

-- Makes a new member part of a group, in the transaction in which they join: the policies let only owners, admins and coaches do so.
-- Returns the name of the group; null if it does not exist any more. Runs with the rights of the owner of the tables, for whom the
-- policies show and accept rows in this function alone.
create policy select_joined on groups for select to current_user using (current_setting('app.join_group', true) = 'on');
create policy insert_joined on group_members for insert to current_user with check (current_setting('app.join_group', true) = 'on');

create function join_group(p_tenant uuid, p_group uuid, p_user uuid) returns text
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_name text;
begin
  execute 'set local app.join_group = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  select g.name into v_name from public.groups g where g.tenant_id = p_tenant and g.id = p_group;
  if v_name is not null then
    insert into public.group_members (tenant_id, group_id, user_id) values (p_tenant, p_group, p_user);
  end if;
  execute 'set local app.join_group = ''off''';
  return v_name;
end $$;
revoke execute on function join_group(uuid, uuid, uuid) from public;
grant execute on function join_group(uuid, uuid, uuid) to jobhax_login;
