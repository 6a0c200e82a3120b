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
select add_foreign_key('mailboxes', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

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
select add_foreign_key('mailbox_tokens', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('mailbox_tokens', 'mailbox_id', 'mailboxes', 'id', 'on delete cascade');

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
select add_foreign_key('mail_messages', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('mail_messages', 'mailbox_id', 'mailboxes', 'id', 'on delete cascade');
select add_foreign_key('mail_messages', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- An upload of mail files and its progress.
create table mail_imports (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  mailbox_id uuid,
  state text not null check (state in ('uploading', 'running', 'done', 'failed')),
  phase text not null default 'parsing' check (phase in ('parsing', 'matching')),
  files jsonb not null,                       -- [{"name", "path", "bytes"}], paths relative to the upload folder
  byte_count bigint not null default 0,       -- size of the files; of the received part while uploading
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
select add_foreign_key('mail_imports', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('mail_imports', 'mailbox_id', 'mailboxes', 'id', 'on delete cascade');

-- The statements that match messages to applications. They are functions because of their plans. A tenant that is new since
-- the last ANALYZE seems to have no rows; then each index on tenant_id seems as good as any other, and a statement that looks
-- up some rows reads all rows of the tenant. plan_cache_mode makes the planner assume a tenant of average size instead. For
-- that, each statement filters by parameters, of a single table (Citus cannot plan joins this way), and looks up one key at a
-- time: for many keys at once, reading all rows of a small average tenant seems cheaper.

-- Locks and returns the applications of these match keys, including deleted ones, and those of these apply dates.
create function lock_candidates(p_tenant uuid, p_owner uuid, p_keys text[], p_apply_dates date[]) returns setof job_applications
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  v_ids uuid[] := '{}';
  v_key text;
  v_date date;
  v_id uuid;
begin
  foreach v_key in array p_keys loop
    v_ids := v_ids || array(select a.id from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.match_key = v_key);
  end loop;
  foreach v_date in array p_apply_dates loop
    v_ids := v_ids || array(select a.id from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.deleted_at is null and a.apply_date = v_date);
  end loop;
  for v_id in select distinct x.id from unnest(v_ids) as x (id) order by x.id loop
    return query select a.* from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.id = v_id for update;
  end loop;
end $$;

-- When each platform first confirmed each of these applications.
create function list_confirmations(p_tenant uuid, p_applications uuid[])
returns table (application_id uuid, platform text, sent_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  v_id uuid;
begin
  foreach v_id in array p_applications loop
    return query select c.application_id, c.platform, min(c.sent_at) from public.mail_messages c
      where c.tenant_id = p_tenant and c.application_id = v_id and c.kind = 'confirmation'
      group by c.application_id, c.platform order by 3, 2;
  end loop;
end $$;

-- The next messages of a source to match, in the order they were sent.
create function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint) returns setof mail_messages
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.* from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.message_id limit p_limit;
end $$;

-- Marks messages as matched and links them to their applications: [{"id", "application_id"}].
create function link_messages(p_tenant uuid, p_owner uuid, p_links jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in select * from jsonb_to_recordset(p_links) as x (id uuid, application_id uuid) loop
    update public.mail_messages m set application_id = r.application_id, matched = true
      where m.tenant_id = p_tenant and m.owner_id = p_owner and m.id = r.id;
  end loop;
end $$;

-- Updates the columns of applications that messages change; each element of p_rows has all of them.
create function update_candidates(p_tenant uuid, p_owner uuid, p_rows jsonb, p_now timestamptz) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in
    select * from jsonb_to_recordset(p_rows) as x (id uuid, job_title text, company text, search_text text, match_key text,
      requisition text, stage_id uuid, outcome text, stage_changed_at timestamptz, apply_date date, source text, location text)
  loop
    update public.job_applications a set
        job_title = r.job_title, company = r.company, search_text = r.search_text, match_key = r.match_key,
        requisition = r.requisition, stage_id = r.stage_id, outcome = r.outcome, stage_changed_at = r.stage_changed_at,
        apply_date = r.apply_date, source = r.source, location = r.location, updated_at = p_now, version = a.version + 1
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.id = r.id;
  end loop;
end $$;

revoke execute on function lock_candidates(uuid, uuid, text[], date[]) from public;
revoke execute on function list_confirmations(uuid, uuid[]) from public;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
revoke execute on function link_messages(uuid, uuid, jsonb) from public;
revoke execute on function update_candidates(uuid, uuid, jsonb, timestamptz) from public;
grant execute on function lock_candidates(uuid, uuid, text[], date[]) to jobhax_app;
grant execute on function list_confirmations(uuid, uuid[]) to jobhax_app;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;
grant execute on function link_messages(uuid, uuid, jsonb) to jobhax_app;
grant execute on function update_candidates(uuid, uuid, jsonb, timestamptz) to jobhax_app;
