-- Ends all grants to a viewer when their role changes from or to one that may have clients, in the transaction of the change: whoever
-- becomes a coach again has to ask anew. Returns the number of ended grants. Runs with the rights of the owner of the table, for whom
-- the policies show rows in this function alone.
create policy select_ended on access_grants for select to current_user using (current_setting('app.end_grants', true) = 'on');
create policy delete_ended on access_grants for delete to current_user using (current_setting('app.end_grants', true) = 'on');

create function end_grants_to(p_tenant uuid, p_viewer uuid) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_ended integer;
begin
  execute 'set local app.end_grants = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  delete from public.access_grants g where g.tenant_id = p_tenant and g.viewer_id = p_viewer;
  get diagnostics v_ended = row_count;
  execute 'set local app.end_grants = ''off''';
  return v_ended;
end $$;
revoke execute on function end_grants_to(uuid, uuid) from public;
grant execute on function end_grants_to(uuid, uuid) to jobhax_login;
