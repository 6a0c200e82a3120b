-- Signing in by other providers, and mail from Gmail.

-- The kinds of work are the program's words; it refuses those that it does not know.
alter table job drop constraint if exists job_kind_check;

-- `provider` is the issuer where the operator chose one, else the provider's name. Tokens are sealed by the program for
-- their row.
alter table identities
  add column email text,                      -- of the account there, as last seen; identifies nobody
  add column last_used_at timestamptz,
  add column access_token bytea,
  add column refresh_token bytea,
  add column token_expires_at timestamptz;

-- A way to a provider and back. One use, a few minutes, one browser, one purpose.
create table sign_in_flows (
  state_hash bytea primary key,               -- SHA-256 of the state
  browser_hash bytea not null,                -- SHA-256 of the browser's cookie
  provider text not null,
  purpose text not null check (purpose in ('sign_in', 'link')),
  user_id uuid references users on delete cascade, -- who links; nobody yet when signing in
  next text,                                  -- where to go on to
  expires_at timestamptz not null,
  used_at timestamptz,
  done_for uuid references users on delete cascade -- whom it signed in
);
create index sign_in_flows_expiring on sign_in_flows (expires_at);

-- Grants to give back to providers; outlives the account that it belonged to.
create table revocations (
  id uuid primary key,
  provider text not null,
  token bytea not null,
  created_at timestamptz not null
);
grant select, insert, update, delete on sign_in_flows, revocations to jobhax_login;

-- How a mailbox is read. Apart from the mailbox, because whoever may look at a mailbox may not use it.
create table mailbox_access (
  tenant_id uuid not null references tenants on delete cascade,
  mailbox_id uuid not null,
  owner_id uuid not null,
  access_token bytea not null,
  refresh_token bytea,
  expires_at timestamptz,
  since_ms bigint,                            -- mails received before this are known; nothing before the first end
  page_token text,                            -- the page to go on with …
  newest_ms bigint,                           -- … the newest mail of the pages before …
  pages integer not null default 0,           -- … and how many those were
  primary key (tenant_id, mailbox_id)
);
alter table mailbox_access enable row level security;
alter table mailbox_access force row level security;
create policy see on mailbox_access for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy add on mailbox_access for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on mailbox_access for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on mailbox_access for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on mailbox_access to jobhax_app;
select tenant_table('mailbox_access');
alter table mailbox_access add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table mailbox_access add foreign key (tenant_id, mailbox_id) references mailbox (tenant_id, id) on delete cascade;
