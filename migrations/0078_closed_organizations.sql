-- An organization that is being deleted is closed from the request on, while a job moves what its members have to their personal
-- workspaces. `closed_by` is the user who deletes it, who gets no email about it; null for the operator.
alter table tenants
  add column closed_at timestamptz,
  add column closed_by uuid;

-- As before, and nobody writes in a closed organization.
create or replace function lock_membership(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended(p_tenant::text || p_user::text, 0));
  perform from public.memberships m join public.tenants t on t.id = m.tenant_id
    where m.tenant_id = p_tenant and m.user_id = p_user and t.closed_at is null;
  if not found then
    raise exception 'the membership does not exist' using errcode = 'JH003';
  end if;
end $$;
