-- Previews: what an import would change, kept for an hour until the user applies or discards it.

alter table mail_imports drop constraint mail_imports_state_check;
alter table mail_imports add check (state in ('uploading', 'running', 'previewed', 'done', 'failed', 'cancelled'));
alter table mail_imports drop constraint mail_imports_phase_check;
alter table mail_imports add check (phase in ('parsing', 'storing', 'matching'));
-- Whether the import only previews. False again as soon as the user applies it.
alter table mail_imports add column dry_run boolean not null default false;

-- Paused: connected, but read only when the user asks for it, because a preview of it was discarded.
alter table mailboxes drop constraint mailboxes_state_check;
alter table mailboxes add check (state in ('ok', 'reconnect_required', 'syncing', 'paused'));
-- The import that previews the mailbox. As long as it is open, syncs of the mailbox change no application.
alter table mailboxes add column preview_id uuid;

-- Connecting Gmail for a preview.
alter table oauth_flows drop constraint oauth_flows_purpose_check;
alter table oauth_flows add check (purpose in ('sign_in', 'link', 'gmail', 'gmail_preview'));

-- The messages of a preview, which are not in mail_messages before it is applied.
create table import_findings (
  tenant_id uuid not null references tenants on delete cascade,
  import_id uuid not null,
  id uuid not null,                           -- of the message when the preview is applied
  owner_id uuid not null,
  identity text not null,                     -- as in mail_messages
  sent_at timestamptz not null,
  message jsonb not null,                     -- the columns of mail_messages
  is_relevant boolean not null,               -- about an application
  action text check (action in ('create', 'update', 'review', 'ignore')), -- null until it is matched
  application_id uuid,                        -- the existing application that it is about
  company text,                               -- of the application, or of the message
  job_title text,
  primary key (tenant_id, import_id, id)
);
create unique index import_findings_identity_idx on import_findings (tenant_id, import_id, identity);
create index import_findings_sent_at_idx on import_findings (tenant_id, import_id, sent_at desc, id desc);
create index import_findings_unmatched_idx on import_findings (tenant_id, import_id, sent_at, id) where action is null;
select protect_tenant_table('import_findings', 'own', 'own');
grant select, insert, update, delete on import_findings to jobhax_app;
select mark_tenant_table('import_findings');
select add_foreign_key('import_findings', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('import_findings', 'import_id', 'mail_imports', 'id', 'on delete cascade');

-- Stores what the messages of a preview would do: [{"id", "action", "application_id", "company", "job_title"}]. A function
-- because of its plan, see 0007_mail.sql.
create function set_findings(p_tenant uuid, p_import uuid, p_effects jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in select * from jsonb_to_recordset(p_effects)
      as x (id uuid, action text, application_id uuid, company text, job_title text) loop
    update public.import_findings f
      set action = r.action, application_id = r.application_id, company = r.company, job_title = r.job_title
      where f.tenant_id = p_tenant and f.import_id = p_import and f.id = r.id;
  end loop;
end $$;
revoke execute on function set_findings(uuid, uuid, jsonb) from public;
grant execute on function set_findings(uuid, uuid, jsonb) to jobhax_app;
