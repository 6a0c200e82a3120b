-- Which secrets are still encrypted with keys that are to be removed. For the operator's commands: they return counts and ids, no secret.
-- The key id is in bytes 2 to 9 of a ciphertext (`service/src/platform/crypto/column_cipher.rs`).
create policy select_stale on mailbox_tokens for select to current_user
  using (current_setting('app.stale_secrets', true) = 'on');
create policy select_stale on imap_accounts for select to current_user
  using (current_setting('app.stale_secrets', true) = 'on');
create policy select_stale on webhook_endpoints for select to current_user
  using (current_setting('app.stale_secrets', true) = 'on');

-- How many secrets of each encrypted column need one of these keys. Every encrypted column has a row.
create function count_stale_secrets(p_keys bytea[]) returns table (column_name text, secrets bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute 'set local app.stale_secrets = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  column_name := 'identities.access_token';
  select count(*) into secrets from public.identities i where substr(i.access_token, 2, 8) = any (p_keys);
  return next;
  column_name := 'identities.refresh_token';
  select count(*) into secrets from public.identities i where substr(i.refresh_token, 2, 8) = any (p_keys);
  return next;
  column_name := 'oauth_token_revocations.token';
  select count(*) into secrets from public.oauth_token_revocations r where substr(r.token, 2, 8) = any (p_keys);
  return next;
  column_name := 'tenant_identity_providers.client_secret';
  select count(*) into secrets from public.tenant_identity_providers p where substr(p.client_secret, 2, 8) = any (p_keys);
  return next;
  column_name := 'mailbox_tokens.access_token';
  select count(*) into secrets from public.mailbox_tokens t where substr(t.access_token, 2, 8) = any (p_keys);
  return next;
  column_name := 'mailbox_tokens.refresh_token';
  select count(*) into secrets from public.mailbox_tokens t where substr(t.refresh_token, 2, 8) = any (p_keys);
  return next;
  column_name := 'imap_accounts.password';
  select count(*) into secrets from public.imap_accounts a where substr(a.password, 2, 8) = any (p_keys);
  return next;
  column_name := 'webhook_endpoints.secret';
  select count(*) into secrets from public.webhook_endpoints e where substr(e.secret, 2, 8) = any (p_keys);
  return next;
  column_name := 'webhook_endpoints.previous_secret';
  select count(*) into secrets from public.webhook_endpoints e where substr(e.previous_secret, 2, 8) = any (p_keys);
  return next;
  execute 'set local app.stale_secrets = ''off''';
end $$;

-- The owners of rows of tenant tables that need one of these keys; an owner can be in it several times.
create function list_stale_secret_owners(p_keys bytea[]) returns table (tenant_id uuid, owner_id uuid)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute 'set local app.stale_secrets = ''on''';
  return query
    select t.tenant_id, t.owner_id from public.mailbox_tokens t
    where substr(t.access_token, 2, 8) = any (p_keys) or substr(t.refresh_token, 2, 8) = any (p_keys);
  return query
    select a.tenant_id, a.owner_id from public.imap_accounts a where substr(a.password, 2, 8) = any (p_keys);
  return query
    select e.tenant_id, e.owner_id from public.webhook_endpoints e
    where substr(e.secret, 2, 8) = any (p_keys) or substr(e.previous_secret, 2, 8) = any (p_keys);
  execute 'set local app.stale_secrets = ''off''';
end $$;
revoke execute on function count_stale_secrets(bytea[]) from public;
revoke execute on function list_stale_secret_owners(bytea[]) from public;
grant execute on function count_stale_secrets(bytea[]), list_stale_secret_owners(bytea[]) to jobhax_login;
