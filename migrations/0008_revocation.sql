-- Every server keeps in memory who stands behind the access tokens it has seen. Whatever ends or changes that is told to
-- all of them by the transaction that does it, whoever does it, so nothing can be forgotten: a statement of the program,
-- a cascade, an operator by hand. The payload is a kind and an id, as `service/src/users/callers.rs` reads them.
--
-- These tables are global; tenant tables take no triggers. On a distributed database users, tenants and memberships are
-- copied to every node and take none either: drop the triggers of these three before that. Sessions keep theirs, and what
-- is kept in memory grows no older than a minute.
create function tell_revoked() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobhax_revoked', tg_argv[0] || ' ' || (to_jsonb(old) ->> tg_argv[1]));
  return null;
end $$;

-- A page's session is looked up with each request; only those of programs are kept.
create trigger revoked_by_end after delete on sessions for each row
  when (old.kind = 'api') execute function tell_revoked('session', 'id');
create trigger revoked_by_change after update on sessions for each row
  when (old.kind = 'api' and (old.user_id, old.expires_at) is distinct from (new.user_id, new.expires_at))
  execute function tell_revoked('session', 'id');

create trigger revoked_by_end after delete on users for each row
  execute function tell_revoked('user', 'id');
create trigger revoked_by_change after update on users for each row
  when (old.* is distinct from new.*) execute function tell_revoked('user', 'id');

create trigger revoked_by_end after delete on memberships for each row
  execute function tell_revoked('user', 'user_id');
create trigger revoked_by_change after update on memberships for each row
  when (old.* is distinct from new.*) execute function tell_revoked('user', 'user_id');

create trigger revoked_by_end after delete on tenants for each row
  execute function tell_revoked('tenant', 'id');
create trigger revoked_by_change after update on tenants for each row
  when (old.* is distinct from new.*) execute function tell_revoked('tenant', 'id');
