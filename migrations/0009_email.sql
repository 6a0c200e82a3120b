-- Outgoing emails and the tokens of their links. Global tables.

-- An email that waits to be sent; deleted when it was sent. Contains no secret: tokens are created while sending.
create table outbound_emails (
  id uuid primary key,
  kind text not null
    check (kind in ('verify_email', 'reset_password', 'new_sign_in', 'password_changed', 'refresh_token_reused')),
  user_id uuid references users on delete cascade, -- null if only an address was given
  email_normalized text not null,             -- the address that was given; sent only if a user has it
  device text,                                -- for sign-in notifications, such as "Firefox on Linux"
  created_at timestamptz not null
);
-- Emails that anybody can request: at most one waits per address.
create unique index outbound_emails_requested_key on outbound_emails (kind, email_normalized)
  where kind in ('verify_email', 'reset_password');
create index outbound_emails_user_id_idx on outbound_emails (user_id);

-- Tokens of links in emails: one per user and purpose, so that a newer token replaces the older one. Deleted when used.
create table email_tokens (
  user_id uuid not null references users on delete cascade,
  purpose text not null check (purpose in ('verify_email', 'reset_password')),
  token_hash bytea not null unique,           -- SHA-256
  email_normalized text not null,             -- the address it was sent to, the only one it proves
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (user_id, purpose)
);
create index email_tokens_expires_at_idx on email_tokens (expires_at);

grant select, insert, update, delete on outbound_emails, email_tokens to jobhax_login;
