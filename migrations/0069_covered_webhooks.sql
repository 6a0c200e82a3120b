-- Deletes the webhook endpoints of members, with their deliveries, when they may enter the organization only by single sign-on: as their
-- API keys, they were made after sign-ins that no longer suffice. Endpoints belong to their users, so no admin sees or deletes them otherwise.
create policy select_revoked on webhook_endpoints for select to current_user
  using (current_setting('app.revoke_webhooks', true) = 'on');
create policy delete_revoked on webhook_endpoints for delete to current_user
  using (current_setting('app.revoke_webhooks', true) = 'on');
create function delete_webhooks_of_members(p_tenant uuid, p_members uuid[]) returns table (endpoint_id uuid)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute 'set local app.revoke_webhooks = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  return query
    delete from public.webhook_endpoints e where e.tenant_id = p_tenant and e.owner_id = any (p_members)
    returning e.id;
  execute 'set local app.revoke_webhooks = ''off''';
end $$;
revoke execute on function delete_webhooks_of_members(uuid, uuid[]) from public;
grant execute on function delete_webhooks_of_members(uuid, uuid[]) to jobhax_login;
