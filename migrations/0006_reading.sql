-- What reading a mailbox needs: work that outlives a request, and mails that wait for being matched.

-- Work to do in the background. Global: a queue spans tenants, and each piece of work enters its tenant by itself.
-- Whoever takes a row holds it until lease_until and must show its token with each step; taking it again makes a new
-- token, so that a worker that slept too long can change nothing any more.
create table job (
  id uuid primary key,
  kind text not null check (kind in ('import_mail')),
  workspace_id uuid not null,                 -- for whom: tenant and person
  person_id uuid not null,
  subject_id uuid not null,                   -- what it is about, such as the import
  run_at timestamptz not null,
  attempts integer not null default 0,        -- takes since the last step that was made
  token bigint not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  unique (kind, subject_id)
);
create index job_due on job (run_at);
grant select, insert, update, delete on job to jobhax_login;

alter table mail_message
  add column import_id uuid,                  -- the upload that brought it; uploads may be forgotten before their mails
  add column settled boolean not null default true, -- false: read, and not yet matched to an application
  add column location text,
  add column requisition text,
  add column applied_on date;
create index mail_message_unsettled on mail_message (tenant_id, import_id, sent_at, message_id) where not settled;

alter table mail_import
  add column mailbox_id uuid,
  add column byte_offset bigint not null default 0, -- where the next mail begins in the file being read
  add column reading boolean not null default true, -- false: all files are read, mails are being matched
  add column errors_left_out bigint not null default 0;
alter table mail_import add foreign key (tenant_id, mailbox_id) references mailbox (tenant_id, id) on delete cascade;
