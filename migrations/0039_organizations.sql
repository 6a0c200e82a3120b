-- Organizations: workspaces of several people, who are invited by email.

-- What the slug of an organization looks like, with characters and pairs of characters that look alike replaced by one of them, so
-- that no other organization can have a slug that is taken for it. Null for personal workspaces, whose slugs are random.
alter table tenants add column slug_skeleton text;
create unique index tenants_slug_skeleton_key on tenants (slug_skeleton);

-- Invitations. A global table, because a link is looked up before its recipient is a member. One per address and workspace: inviting
-- again replaces the token, so that the earlier link ends.
create table tenant_invitations (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  email text not null,
  email_normalized text not null,             -- the only address that can accept it
  role text not null check (role in ('admin', 'coach', 'member')),
  message text check (char_length(message) <= 500),
  invited_by uuid not null references users on delete cascade,
  token_hash bytea not null unique,           -- SHA-256; the token is derived when the email is sent
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_by uuid references users on delete cascade,
  accepted_at timestamptz,
  unique (tenant_id, email_normalized)
);
create index tenant_invitations_invited_by_idx on tenant_invitations (invited_by);
create index tenant_invitations_accepted_by_idx on tenant_invitations (accepted_by);
create index tenant_invitations_email_idx on tenant_invitations (email_normalized);
create index tenant_invitations_expires_at_idx on tenant_invitations (expires_at);
grant select, insert, update, delete on tenant_invitations to jobhax_login;

alter table outbound_emails drop constraint outbound_emails_kind_check;
alter table outbound_emails add check
  (kind in ('verify_email', 'reset_password', 'new_sign_in', 'password_changed', 'refresh_token_reused', 'invitation'));
