-- API keys, and how often each is used.

-- A global table, because a key is looked up before its workspace is known. A key acts as its user in one workspace, so it is deleted
-- with the membership. Revoking a key deletes its row. After a change by hand, call notify_auth_invalidation('key', id) in the same
-- transaction.
create table api_keys (
  id uuid primary key,
  tenant_id uuid not null,
  user_id uuid not null,
  name text not null check (char_length(name) between 1 and 100),
  prefix text not null check (char_length(prefix) between 1 and 100), -- the part of the key that is shown
  secret_hash bytea not null unique check (octet_length(secret_hash) = 32), -- SHA-256; the key itself is not stored
  scopes text[] not null check (cardinality(scopes) > 0),
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,                   -- written at most once a minute
  foreign key (tenant_id, user_id) references memberships on delete cascade
);
create index api_keys_tenant_id_idx on api_keys (tenant_id, user_id);
create index api_keys_user_id_idx on api_keys (user_id);
grant select, insert, update, delete on api_keys to jobhax_login;

-- Requests of a day in UTC, added in batches.
create table api_key_usage (
  key_id uuid not null references api_keys on delete cascade,
  day date not null,
  status_class smallint not null check (status_class between 1 and 5), -- the first digit of the status
  requests bigint not null check (requests > 0),
  primary key (key_id, day, status_class)
);
create index api_key_usage_day_idx on api_key_usage (day);
grant select, insert, update, delete on api_key_usage to jobhax_login;

alter table outbound_emails drop constraint outbound_emails_kind_check;
alter table outbound_emails add check (kind in
  ('verify_email', 'reset_password', 'new_sign_in', 'password_changed', 'refresh_token_reused', 'invitation', 'api_key_added'));
