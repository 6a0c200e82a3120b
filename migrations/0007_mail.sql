-- Mailboxes, the messages read from them, and imports of mail files. Message bodies are never stored.
create table mailboxes (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  kind text not null check (kind in ('gmail', 'imap', 'upload')),
  address text not null,
  state text not null default 'ok' check (state in ('ok', 'reconnect_required', 'syncing')),
  last_synced_at timestamptz,
  failed_at timestamptz,                      -- when syncing was given up; null again after a successful sync
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, owner_id, kind, address)
);
select protect_tenant_table('mailboxes', 'visible', 'own');
grant select, insert, update, delete on mailboxes to jobhax_app;
select mark_tenant_table('mailboxes');
alter table mailboxes add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;

-- Encrypted OAuth tokens and the sync cursor of a mailbox. A separate table, because users who may see a mailbox may not use
-- its tokens.
create table mailbox_tokens (
  tenant_id uuid not null references tenants on delete cascade,
  mailbox_id uuid not null,
  owner_id uuid not null,
  access_token bytea not null,
  refresh_token bytea,
  expires_at timestamptz,
  synced_through_ms bigint,                   -- earlier messages are stored; null before the first sync ends
  page_token text,                            -- next page of a sync in progress
  newest_seen_ms bigint,                      -- newest message of the pages fetched by that sync
  pages_fetched integer not null default 0,   -- number of those pages
  primary key (tenant_id, mailbox_id)
);
select protect_tenant_table('mailbox_tokens', 'own', 'own');
grant select, insert, update, delete on mailbox_tokens to jobhax_app;
select mark_tenant_table('mailbox_tokens');
alter table mailbox_tokens add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table mailbox_tokens add foreign key (tenant_id, mailbox_id) references mailboxes (tenant_id, id) on delete cascade;

create table mail_messages (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  mailbox_id uuid not null,
  source_id uuid,                             -- the import or the Gmail mailbox that added it; an import may be deleted first
  message_id text not null,                   -- the Message-ID header, or a hash of the message if it has none
  subject text not null,
  sender text not null,
  sent_at timestamptz not null,
  platform text,
  kind text not null check (kind in ('confirmation', 'rejection', 'interview', 'assessment', 'offer', 'other')),
  confidence real not null check (confidence between 0 and 1),
  company text,
  job_title text,
  location text,
  requisition text,
  applied_on date,
  ruleset text,                               -- the ruleset, its version and the rule that classified the message
  ruleset_version integer,
  rule text,
  matched_text text[] not null default '{}',  -- the parts of the message that the rule matched
  matched boolean not null default true,      -- false while the message waits to be matched with an application
  application_id uuid,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, mailbox_id, message_id)
);
create index mail_messages_owner_id_idx on mail_messages (tenant_id, owner_id, sent_at desc, id desc);
create index mail_messages_application_id_idx on mail_messages (tenant_id, application_id) where application_id is not null;
create index mail_messages_unmatched_idx on mail_messages (tenant_id, source_id, sent_at, message_id) where not matched;
select protect_tenant_table('mail_messages', 'visible', 'own');
grant select, insert, update, delete on mail_messages to jobhax_app;
select mark_tenant_table('mail_messages');
alter table mail_messages add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table mail_messages add foreign key (tenant_id, mailbox_id) references mailboxes (tenant_id, id) on delete cascade;
alter table mail_messages add foreign key (tenant_id, application_id)
  references job_applications (tenant_id, id) on delete cascade;

-- An upload of mail files and its progress.
create table mail_imports (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  mailbox_id uuid,
  state text not null check (state in ('running', 'done', 'failed')),
  phase text not null default 'parsing' check (phase in ('parsing', 'matching')),
  files jsonb not null,                       -- [{"name", "path", "bytes"}], paths relative to the upload folder
  file_index integer not null default 0,      -- checkpoint: current file,
  message_index bigint not null default 0,    --   number of its messages that are stored,
  byte_offset bigint not null default 0,      --   and where the next one begins
  messages_seen bigint not null default 0,
  applications_created bigint not null default 0,
  applications_updated bigint not null default 0,
  mails_ignored bigint not null default 0,
  errors jsonb not null default '[]',         -- [{"file", "position", "detail"}]
  errors_truncated bigint not null default 0, -- further errors, not listed in `errors`
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index mail_imports_owner_id_idx on mail_imports (tenant_id, owner_id, created_at desc);
select protect_tenant_table('mail_imports', 'visible', 'own');
grant select, insert, update, delete on mail_imports to jobhax_app;
select mark_tenant_table('mail_imports');
alter table mail_imports add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table mail_imports add foreign key (tenant_id, mailbox_id) references mailboxes (tenant_id, id) on delete cascade;
