-- Responses to requests with an Idempotency-Key, kept for a day.
create table idempotency_keys (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  key_hash bytea not null,                    -- SHA-256 of tenant, user, endpoint and key
  fingerprint bytea not null,                 -- SHA-256 of method, path and body
  succeeded boolean not null,                 -- whether `response` is a result or an error
  response jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, owner_id, key_hash)
);
create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);
select protect_tenant_table('idempotency_keys', 'own', 'own');
grant select, insert, delete on idempotency_keys to jobhax_app;
-- The periodic clean-up runs outside of any tenant. It may delete expired rows and cannot read any: without the right to
-- select, a delete cannot name a column, so the policy alone decides which rows it affects.
create policy delete_expired on idempotency_keys for delete to jobhax_login using (expires_at <= now());
grant delete on idempotency_keys to jobhax_login;
select mark_tenant_table('idempotency_keys');
select add_foreign_key('idempotency_keys', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- Claims a key until the end of the transaction; called right after set_tenant_context. Raises JH002 while another transaction
-- holds the key, and JH001 if a response is stored. The claim is an advisory lock of the connection, so it ends with a server
-- that dies.
create function claim_idempotency_key(p_tenant uuid, p_owner uuid, p_key bytea, p_now timestamptz) returns void
language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock(('x' || encode(substr(p_key, 1, 8), 'hex'))::bit(64)::bigint) then
    raise exception 'idempotency key is in use' using errcode = 'JH002';
  end if;
  delete from public.idempotency_keys k
    where k.tenant_id = p_tenant and k.owner_id = p_owner and k.key_hash = p_key and k.expires_at <= p_now;
  if exists (select from public.idempotency_keys k
             where k.tenant_id = p_tenant and k.owner_id = p_owner and k.key_hash = p_key) then
    raise exception 'a response is stored for the idempotency key' using errcode = 'JH001';
  end if;
end $$;
revoke execute on function claim_idempotency_key(uuid, uuid, bytea, timestamptz) from public;
grant execute on function claim_idempotency_key(uuid, uuid, bytea, timestamptz) to jobhax_app;
