-- The lock of a membership is an advisory lock, on every server the same. A row lock does not work on Citus: there, `for key share` on
-- a table that every node has locks the table against all other transactions that do the same, and two of them deadlock.

-- Called at the beginning of a tenant transaction that writes, so that the membership cannot be deleted before it ends. All
-- transactions lock in the same order: user, membership, rows of the tenant. Otherwise, one that locks a row first and then, by
-- a foreign key, the tenant, would deadlock with the deletion of the tenant. Raises JH003 if the membership does not exist; it is
-- looked up by a statement of its own, so that it sees a deletion that the lock has waited for.
create or replace function lock_membership(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended(p_tenant::text || p_user::text, 0));
  perform from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user;
  if not found then
    raise exception 'the membership does not exist' using errcode = 'JH003';
  end if;
end $$;

-- Called before memberships are deleted: of these users, and in these tenants. Waits for the transactions that write there, and
-- keeps others from beginning.
create function lock_memberships_for_deletion(p_users uuid[], p_tenants uuid[]) returns void language plpgsql as $$
declare
  v record;
begin
  for v in select m.tenant_id, m.user_id from public.memberships m
    where m.user_id = any (p_users) or m.tenant_id = any (p_tenants) order by m.tenant_id, m.user_id
  loop
    perform pg_advisory_xact_lock(hashtextextended(v.tenant_id::text || v.user_id::text, 0));
  end loop;
end $$;
revoke execute on function lock_memberships_for_deletion(uuid[], uuid[]) from public;
grant execute on function lock_memberships_for_deletion(uuid[], uuid[]) to jobhax_login;
