-- Where mail comes from and what was read from it. Bodies are never kept.
create table mailbox (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  kind text not null check (kind in ('gmail', 'imap', 'upload')),
  address text not null,
  state text not null default 'ok' check (state in ('ok', 'reconnect_required', 'syncing')),
  last_synced_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, owner_id, kind, address)
);
alter table mailbox enable row level security;
alter table mailbox force row level security;
create policy see on mailbox for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on mailbox for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on mailbox for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on mailbox for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on mailbox to jobhax_app;
select tenant_table('mailbox');
alter table mailbox add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;

create table mail_message (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  mailbox_id uuid not null,
  message_id text not null,                   -- the header's, or a hash of the mail where it has none
  subject text not null,
  sender text not null,
  sent_at timestamptz not null,
  platform text,
  kind text not null check (kind in ('confirmation', 'rejection', 'interview', 'assessment', 'offer', 'other')),
  confidence real not null check (confidence between 0 and 1),
  company text,
  job_title text,
  pack text,                                  -- which rules read it, and what they matched
  pack_version integer,
  rule text,
  words text[] not null default '{}',
  application_id uuid,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, mailbox_id, message_id)
);
create index mail_message_by_owner on mail_message (tenant_id, owner_id, sent_at desc, id desc);
create index mail_message_by_application on mail_message (tenant_id, application_id) where application_id is not null;
alter table mail_message enable row level security;
alter table mail_message force row level security;
create policy see on mail_message for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on mail_message for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on mail_message for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on mail_message for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on mail_message to jobhax_app;
select tenant_table('mail_message');
alter table mail_message add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table mail_message add foreign key (tenant_id, mailbox_id) references mailbox (tenant_id, id) on delete cascade;
alter table mail_message add foreign key (tenant_id, application_id) references job_application (tenant_id, id) on delete cascade;

-- One upload of files and how far it is.
create table mail_import (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  state text not null check (state in ('running', 'done', 'failed')),
  files jsonb not null,                       -- [{"name", "path", "bytes"}], paths below the upload folder
  file_index integer not null default 0,      -- the file being read …
  message_index bigint not null default 0,    -- … and how many of its mails are done
  messages_seen bigint not null default 0,
  applications_created bigint not null default 0,
  applications_updated bigint not null default 0,
  mails_ignored bigint not null default 0,
  errors jsonb not null default '[]',         -- [{"file", "position", "detail"}]
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index mail_import_by_owner on mail_import (tenant_id, owner_id, created_at desc);
alter table mail_import enable row level security;
alter table mail_import force row level security;
create policy see on mail_import for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on mail_import for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on mail_import for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on mail_import for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on mail_import to jobhax_app;
select tenant_table('mail_import');
alter table mail_import add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
