-- What keeps the service usable when somebody asks too much or asks twice.

-- How often something was done in a window of time. The key is an HMAC of the limit's name and of whom it counts: neither
-- addresses nor e-mails stand here. Unlogged: counting costs no wait for the disk, survives restarts of servers and clean
-- restarts of Postgres, and begins anew after a crash of Postgres.
create unlogged table rate_limit (
  key bytea primary key,
  used integer not null,
  ends_at timestamptz not null
) with (fillfactor = 70);
create index rate_limit_ending on rate_limit (ends_at);
grant select, insert, update, delete on rate_limit to jobhax_login;

-- From where a person has signed in with the right password. Strangers elsewhere cannot use up the tries from there.
create table login_place (
  user_id uuid not null references users on delete cascade,
  address_hash bytea not null,                -- HMAC of the address
  expires_at timestamptz not null,
  primary key (user_id, address_hash)
);
create index login_place_expiring on login_place (expires_at);
grant select, insert, update, delete on login_place to jobhax_login;

-- Counts once under each key, or, when one of them is full, under none. Keys come sorted, so that two calls that share
-- some never wait for each other. A batch is up to p_batch permits and less the fewer are left; granted says how many.
create function take_permits(p_keys bytea[], p_most integer[], p_ends timestamptz[], p_now timestamptz, p_batch integer)
returns table (key bytea, used integer, ends_at timestamptz, granted integer) language plpgsql as $$
#variable_conflict use_column
begin
  insert into public.rate_limit as r (key, used, ends_at)
    select w.key, 0, w.ends_at from unnest(p_keys, p_ends) as w (key, ends_at) order by w.key
    on conflict (key) do update set
      used = case when r.ends_at <= p_now then 0 else r.used end,
      ends_at = case when r.ends_at <= p_now then excluded.ends_at else r.ends_at end;
  return query
    with wanted as (
      select r.key, w.most,
        case when r.used < w.most then greatest(1, least(p_batch, (w.most - r.used) / 10)) else 0 end as batch
      from unnest(p_keys, p_most) as w (key, most) join public.rate_limit r on r.key = w.key
    ), verdict as (
      select coalesce(min(batch), 0) as batch from wanted
    )
    update public.rate_limit r set used = r.used + v.batch
    from wanted w, verdict v
    where r.key = w.key
    returning r.key, r.used, r.ends_at, case when v.batch = 0 then w.batch else v.batch end;
end $$;
revoke execute on function take_permits(bytea[], integer[], timestamptz[], timestamptz, integer) from public;
grant execute on function take_permits(bytea[], integer[], timestamptz[], timestamptz, integer) to jobhax_login;

-- What was answered to a program's wish that carried an Idempotency-Key, for a day.
create table idempotency_key (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  key_hash bytea not null,                    -- SHA-256 of tenant, person, endpoint and key
  fingerprint bytea not null,                 -- SHA-256 of method, path and body
  made boolean not null,                      -- whether the answer is what was made, or a refusal
  answer jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, owner_id, key_hash)
);
create index idempotency_key_expiring on idempotency_key (expires_at);
alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
create policy see on idempotency_key for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy add on idempotency_key for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on idempotency_key for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on idempotency_key for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, delete on idempotency_key to jobhax_app;
-- The sweep belongs to no tenant. It may remove what has expired, and see nothing: without the right to select, a delete
-- can name no column, and the policy alone says which rows it reaches.
create policy sweep on idempotency_key for delete to jobhax_login using (expires_at <= now());
grant delete on idempotency_key to jobhax_login;
select tenant_table('idempotency_key');
alter table idempotency_key add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;

-- Claims a key until the end of the transaction, right after enter. While another transaction holds it: JH002. When its
-- answer is kept: JH001. A server that dies takes its claim with it, because the claim is a lock of its connection.
create function claim_key(p_tenant uuid, p_owner uuid, p_key bytea, p_now timestamptz) returns void language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock(('x' || encode(substr(p_key, 1, 8), 'hex'))::bit(64)::bigint) then
    raise exception 'the key is claimed' using errcode = 'JH002';
  end if;
  delete from public.idempotency_key k
    where k.tenant_id = p_tenant and k.owner_id = p_owner and k.key_hash = p_key and k.expires_at <= p_now;
  if exists (select from public.idempotency_key k
             where k.tenant_id = p_tenant and k.owner_id = p_owner and k.key_hash = p_key) then
    raise exception 'the answer is kept' using errcode = 'JH001';
  end if;
end $$;
revoke execute on function claim_key(uuid, uuid, bytea, timestamptz) from public;
grant execute on function claim_key(uuid, uuid, bytea, timestamptz) to jobhax_app;
