-- Rate limits.

-- Counters of the current windows. The key is an HMAC of the limit's name and its subject, so no addresses or emails are
-- stored. Unlogged: counting does not wait for the disk. Counters survive restarts of the server and clean restarts of
-- Postgres, and start from zero after a crash of Postgres.
create unlogged table rate_limits (
  key bytea primary key,
  count integer not null,
  window_ends_at timestamptz not null
) with (fillfactor = 70);
create index rate_limits_window_ends_at_idx on rate_limits (window_ends_at);
grant select, insert, update, delete on rate_limits to jobhax_login;

-- Networks from which a user has signed in with the correct password. Failed attempts from other networks are counted
-- separately and do not lock the user out from these.
create table known_login_networks (
  user_id uuid not null references users on delete cascade,
  network_hash bytea not null,                -- HMAC of the network
  expires_at timestamptz not null,
  primary key (user_id, network_hash)
);
create index known_login_networks_expires_at_idx on known_login_networks (expires_at);
grant select, insert, update, delete on known_login_networks to jobhax_login;

-- Counts one request under every key, or under none if one of the limits is reached. Keys must be sorted, so that concurrent
-- calls with common keys cannot deadlock. With p_batch > 1 up to that many permits are taken at once, fewer when few are
-- left; `granted` is the number taken, 0 for a counter that has reached its limit. No window ends later than one that begins
-- now, even if it was written by a server whose clock was ahead.
create function consume_rate_limit(
  p_keys bytea[], p_limits integer[], p_window_ends timestamptz[], p_now timestamptz, p_batch integer)
returns table (key bytea, count integer, window_ends_at timestamptz, granted integer) language plpgsql as $$
#variable_conflict use_column
begin
  insert into public.rate_limits as r (key, count, window_ends_at)
    select w.key, 0, w.window_ends_at from unnest(p_keys, p_window_ends) as w (key, window_ends_at) order by w.key
    on conflict (key) do update set
      count = case when r.window_ends_at <= p_now then 0 else r.count end,
      window_ends_at = case when r.window_ends_at <= p_now then excluded.window_ends_at
        else least(r.window_ends_at, excluded.window_ends_at) end;
  return query
    with requested as (
      select r.key, w.max_count,
        case when r.count < w.max_count then greatest(1, least(p_batch, (w.max_count - r.count) / 10)) else 0 end as batch
      from unnest(p_keys, p_limits) as w (key, max_count) join public.rate_limits r on r.key = w.key
    ), decision as (
      select coalesce(min(batch), 0) as batch from requested
    )
    update public.rate_limits r set count = r.count + d.batch
    from requested w, decision d
    where r.key = w.key
    returning r.key, r.count, r.window_ends_at, case when d.batch = 0 then w.batch else d.batch end;
end $$;
revoke execute on function consume_rate_limit(bytea[], integer[], timestamptz[], timestamptz, integer) from public;
grant execute on function consume_rate_limit(bytea[], integer[], timestamptz[], timestamptz, integer) to jobhax_login;
