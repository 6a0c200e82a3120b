-- Email domains of organizations. Whoever has a confirmed address in a verified domain may join as a member without an invitation.

-- A global table, because it is read before somebody is a member. Several organizations can verify the same domain: whoever controls
-- its DNS zone publishes a record for each of them.
create table tenant_domains (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  domain text not null,                       -- in lower case
  token text not null,                        -- the value of the DNS record; public
  created_at timestamptz not null,
  verified_at timestamptz,
  checked_at timestamptz,
  failed_checks smallint not null default 0,  -- in a row, of the periodic check of a verified domain
  unique (tenant_id, domain)
);
create index tenant_domains_domain_idx on tenant_domains (domain);
create index tenant_domains_checked_at_idx on tenant_domains (checked_at);
grant select, insert, update, delete on tenant_domains to jobhax_login;

-- People whom an owner or admin has removed. They join again by invitation only.
create table removed_members (
  tenant_id uuid not null references tenants on delete cascade,
  user_id uuid not null references users on delete cascade,
  removed_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index removed_members_user_id_idx on removed_members (user_id);
grant select, insert, update, delete on removed_members to jobhax_login;
