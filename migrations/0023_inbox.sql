-- The inbox: what became of each email, what it changed, and what users decided.

-- Null for email that was stored by earlier versions: it was matched automatically or ignored.
alter table mail_messages add column decision text;
alter table mail_messages add
  check (decision in ('automatic', 'review', 'accepted', 'changed', 'dismissed', 'undone', 'ignored'));
-- What the message changed in its application, so that it can be undone: {"created", "fields": [{"name", "before", "after"}]}.
alter table mail_messages add column changes jsonb;
-- The words that decided kind, company and title: [{"explains", "part", "text"}].
alter table mail_messages add column explanation jsonb not null default '[]';
create index mail_messages_review_idx on mail_messages (tenant_id, owner_id, sent_at desc, id desc) where decision = 'review';

-- What a user decided for all email of a sender.
create table sender_rules (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  sender text not null,                       -- name and address as in messages, in lower case
  is_ignored boolean not null,                -- not about applications
  company text check (char_length(company) between 1 and 200), -- the employer, whatever the email says
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index sender_rules_sender_idx on sender_rules (tenant_id, owner_id, sender);
select protect_tenant_table('sender_rules', 'own', 'own');
grant select, insert, update, delete on sender_rules to jobhax_app;
select mark_tenant_table('sender_rules');
select add_foreign_key('sender_rules', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

drop function list_unmatched(uuid, uuid, bigint);
create function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint)
returns table (id uuid, message_id text, thread_ids text[], sender text, kind text, confidence real, platform text, company text,
  job_title text, location text, requisition text, applied_on date, sent_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.message_id, m.thread_ids, m.sender, m.kind, m.confidence, m.platform, m.company, m.job_title,
      m.location, m.requisition, m.applied_on, m.sent_at
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.message_id limit p_limit;
end $$;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;

-- Marks messages as matched: [{"id", "application_id", "decision", "changes"}].
create or replace function link_messages(p_tenant uuid, p_owner uuid, p_links jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in select * from jsonb_to_recordset(p_links) as x (id uuid, application_id uuid, decision text, changes jsonb) loop
    update public.mail_messages m
      set application_id = r.application_id, matched = true, decision = r.decision, changes = r.changes
      where m.tenant_id = p_tenant and m.owner_id is not distinct from p_owner and m.id = r.id;
  end loop;
end $$;
