-- Every server caches authenticated callers. A transaction that changes or deletes what is cached (API sessions, users,
-- memberships, tenants) calls this function, and on commit all servers drop their entries for the id. There are no triggers,
-- because Citus does not support them on these tables. After a change by hand, call it in the same transaction, or wait until
-- the entries expire (one minute).
--
-- p_kind is 'session', 'user' or 'tenant'.
create function notify_auth_invalidation(p_kind text, p_id uuid) returns void language sql as $$
  select pg_notify('jobhax_auth_invalidation', p_kind || ' ' || p_id)
$$;
revoke execute on function notify_auth_invalidation(text, uuid) from public;
grant execute on function notify_auth_invalidation(text, uuid) to jobhax_login;
