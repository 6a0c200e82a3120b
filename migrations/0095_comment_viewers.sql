-- Who can see the applications of a member, for telling their open pages that one of them has commented: the policies show a grant to
-- its two people only. Returns ids to those who have access themselves, nothing to others. Runs with the rights of the owner of the
-- table, for whom the policy shows rows in this function alone.
create policy select_viewers on access_grants for select to current_user using (current_setting('app.list_viewers', true) = 'on');

create function list_viewers_of(p_tenant uuid, p_owner uuid) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid
    or coalesce(split_part(current_setting('app.visible_owners', true), p_owner::text, 2), '') = '' then
    return;
  end if;
  execute 'set local app.list_viewers = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  return query
    select g.viewer_id from public.access_grants g
    where g.tenant_id = p_tenant and g.owner_id = p_owner and (g.expires_at is null or g.expires_at > now())
    order by g.viewer_id;
  execute 'set local app.list_viewers = ''off''';
end $$;
revoke execute on function list_viewers_of(uuid, uuid) from public;
grant execute on function list_viewers_of(uuid, uuid) to jobhax_app;
