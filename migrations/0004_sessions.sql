-- Sessions, refresh tokens, and the devices a user has signed in from.

-- A session of a browser (kind web: token_hash is the hash of the cookie) or of an API client (kind api: one family of refresh
-- tokens). Revoking a session deletes its row.
create table sessions (
  id uuid primary key,
  kind text not null check (kind in ('web', 'api')),
  token_hash bytea unique,                    -- SHA-256 of the cookie, which is not stored
  user_id uuid references users on delete cascade,
  data jsonb not null default '{}',
  version integer not null default 0,
  user_agent text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null             -- absolute end, regardless of activity
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

create table refresh_tokens (
  token_hash bytea primary key,               -- SHA-256
  session_id uuid not null references sessions on delete cascade,
  created_at timestamptz not null,
  used_at timestamptz,
  successor_hash bytea                        -- the token it was exchanged for
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);

-- Devices that a user has signed in from, such as "Firefox on Linux".
create table known_devices (
  user_id uuid not null references users on delete cascade,
  device text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (user_id, device)
);

grant select, insert, update, delete on sessions, refresh_tokens, known_devices to jobhax_login;
