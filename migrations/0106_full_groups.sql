-- Joining by an invitation adds nobody to a group that is full. Who accepts joins the organization without it, which the audit log says.
create policy count_joined on group_members for select to current_user using (current_setting('app.join_group', true) = 'on');

drop function join_group(uuid, uuid, uuid);

-- Makes a new member part of a group that has fewer members than the limit, in the transaction in which they join: the policies let only
-- owners, admins and coaches do so. Returns the name of the group, and whether the member is in it; no row if it does not exist any more.
-- Runs with the rights of the owner of the tables, for whom the policies show and accept rows in this function alone.
create function join_group(p_tenant uuid, p_group uuid, p_user uuid, p_limit bigint)
returns table (group_name text, is_joined boolean)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute 'set local app.join_group = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  select g.name into group_name from public.groups g where g.tenant_id = p_tenant and g.id = p_group;
  if group_name is not null then
    select count(*) < p_limit into is_joined
    from public.group_members m where m.tenant_id = p_tenant and m.group_id = p_group;
    if is_joined then
      insert into public.group_members (tenant_id, group_id, user_id) values (p_tenant, p_group, p_user);
    end if;
    return next;
  end if;
  execute 'set local app.join_group = ''off''';
end $$;
revoke execute on function join_group(uuid, uuid, uuid, bigint) from public;
grant execute on function join_group(uuid, uuid, uuid, bigint) to jobhax_login;
