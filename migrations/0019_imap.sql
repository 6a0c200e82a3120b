-- Mailboxes over IMAP.

-- How the account of a mailbox is reached. A separate table, because users who may see a mailbox may not use its password.
create table imap_accounts (
  tenant_id uuid not null references tenants on delete cascade,
  mailbox_id uuid not null,
  owner_id uuid not null,
  host text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'starttls')),
  username text not null,
  password bytea not null,                    -- encrypted
  folders text[],                             -- the folders to read; null for the likely ones
  primary key (tenant_id, mailbox_id)
);
select protect_tenant_table('imap_accounts', 'own', 'own');
grant select, insert, update, delete on imap_accounts to jobhax_app;
select mark_tenant_table('imap_accounts');
select add_foreign_key('imap_accounts', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('imap_accounts', 'mailbox_id', 'mailboxes', 'id', 'on delete cascade');

-- How far each folder is read. UIDs are valid only together with the UIDVALIDITY of the folder (RFC 3501, 2.3.1.1).
create table imap_folders (
  tenant_id uuid not null references tenants on delete cascade,
  mailbox_id uuid not null,
  name text not null,                         -- as the server writes it
  owner_id uuid not null,
  uid_validity bigint not null,
  last_uid bigint not null,                   -- messages up to this one are stored
  primary key (tenant_id, mailbox_id, name)
);
select protect_tenant_table('imap_folders', 'own', 'own');
grant select, insert, update, delete on imap_folders to jobhax_app;
select mark_tenant_table('imap_folders');
select add_foreign_key('imap_folders', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('imap_folders', 'mailbox_id', 'imap_accounts', 'mailbox_id', 'on delete cascade');
