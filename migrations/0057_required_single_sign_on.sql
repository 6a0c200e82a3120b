-- Single sign-on that an organization requires of its members.

-- Has no effect while the provider is not active.
alter table tenant_identity_providers add column is_required boolean not null default false;

-- Whether the user may enter the tenant only with its own provider: a member, but no owner, whose address is in one of its verified
-- domains. Called by every statement that finds out who calls, so it is in one place.
create function requires_single_sign_on(p_tenant uuid, p_user uuid) returns boolean
language plpgsql stable set search_path = pg_catalog, public as $$
begin
  return exists (
    select from public.tenant_identity_providers p
    join public.memberships m on m.tenant_id = p.tenant_id and m.user_id = p_user
    join public.users u on u.id = m.user_id
    join public.tenant_domains d on d.tenant_id = p.tenant_id and d.domain = split_part(u.email_normalized, '@', -1)
    where p.tenant_id = p_tenant and p.is_required and p.activated_at is not null and d.verified_at is not null and m.role <> 'owner');
end $$;
revoke execute on function requires_single_sign_on(uuid, uuid) from public;
grant execute on function requires_single_sign_on(uuid, uuid) to jobhax_login;
