-- Sign-in through OAuth providers.

-- `provider` is the issuer if the operator configured one, else the name of the provider. Tokens are encrypted by the
-- application and bound to their row.
create table identities (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null,
  subject text not null,
  email text,                                 -- last seen at the provider; informational, identifies nobody
  access_token bytea,
  refresh_token bytea,
  token_expires_at timestamptz,
  created_at timestamptz not null,
  last_used_at timestamptz,
  unique (provider, subject)
);
create index identities_user_id_idx on identities (user_id);

-- An authorization request that was started in a browser. Single use, valid for a few minutes, bound to one browser.
create table oauth_flows (
  state_hash bytea primary key,               -- SHA-256 of the state parameter
  browser_hash bytea not null,                -- SHA-256 of the browser's cookie
  provider text not null,
  purpose text not null check (purpose in ('sign_in', 'link', 'gmail')),
  user_id uuid references users on delete cascade, -- who links or connects; null for a sign-in
  next text,                                  -- path to redirect to afterwards
  expires_at timestamptz not null,
  used_at timestamptz,
  signed_in_user_id uuid references users on delete cascade -- result of a sign-in
);
create index oauth_flows_expires_at_idx on oauth_flows (expires_at);

-- Tokens that are to be revoked at their provider. Rows outlive the account they belonged to.
create table oauth_token_revocations (
  id uuid primary key,
  provider text not null,
  token bytea not null,
  created_at timestamptz not null
);

grant select, insert, update, delete on identities, oauth_flows, oauth_token_revocations to jobhax_login;
