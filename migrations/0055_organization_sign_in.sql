-- Sign-in through an organization's own OpenID Connect provider.

-- A global table, because it is read before somebody has signed in.
create table tenant_identity_providers (
  tenant_id uuid primary key references tenants on delete cascade,
  issuer text not null,
  client_id text not null,
  client_secret bytea not null,               -- encrypted, bound to the tenant
  activated_at timestamptz,                   -- when a test sign-in succeeded; null until then
  created_at timestamptz not null,
  updated_at timestamptz not null             -- changes with the issuer, client and secret
);
grant select, insert, update, delete on tenant_identity_providers to jobhax_login;

alter table oauth_flows drop constraint oauth_flows_purpose_check;
alter table oauth_flows add check (purpose in ('sign_in', 'link', 'test', 'gmail', 'gmail_preview'));
