-- People, how they sign in, and the workspaces they are in. Global tables: rarely written, not tenant rows.
create table users (
  id uuid primary key,
  email text not null,
  email_key text not null unique,             -- the address without case
  password_hash text,                         -- nothing for those who sign in only through a provider
  first_name text,
  last_name text,
  email_verified_at timestamptz,
  time_zone text not null default 'UTC',
  created_at timestamptz not null,
  expires_at timestamptz                      -- throw-away accounts of the demo
);
create index users_expiring on users (expires_at) where expires_at is not null;

create table identities (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null,
  subject text not null,
  created_at timestamptz not null,
  unique (provider, subject)
);
create index identities_by_user on identities (user_id);

create table tenants (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  kind text not null check (kind in ('personal', 'organization')),
  created_at timestamptz not null,
  expires_at timestamptz
);
create index tenants_expiring on tenants (expires_at) where expires_at is not null;

create table memberships (
  tenant_id uuid not null references tenants on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'coach', 'member')),
  display_name text not null,                 -- what other members call the person
  joined_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index memberships_by_user on memberships (user_id, joined_at);

-- A signed-in browser (kind web: token_hash is that of the cookie) or program (kind api: one family of refresh tokens).
-- Ending a session deletes its row.
create table sessions (
  id uuid primary key,
  kind text not null check (kind in ('web', 'api')),
  token_hash bytea unique,                    -- SHA-256; the cookie itself is nowhere
  user_id uuid references users on delete cascade,
  data jsonb not null default '{}',
  version integer not null default 0,
  user_agent text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null             -- the end, however active
);
create index sessions_by_user on sessions (user_id);
create index sessions_expiring on sessions (expires_at);

create table refresh_tokens (
  token_hash bytea primary key,               -- SHA-256
  session_id uuid not null references sessions on delete cascade,
  created_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_by_session on refresh_tokens (session_id);

grant select, insert, update, delete on users, identities, tenants, memberships, sessions, refresh_tokens to jobhax_login;
grant select on memberships to jobhax_app;

-- The login looks for a person's workspaces; inside a workspace only its own members are seen.
alter table memberships enable row level security;
alter table memberships force row level security;
create policy system on memberships to jobhax_login using (true) with check (true);
create policy see on memberships for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
