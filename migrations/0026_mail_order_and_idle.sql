-- Messages that were sent at the same time are matched in the order of their identities, which are the same whichever way the
-- messages arrive. The Message-ID that was made up for a message without one is not.
drop index mail_messages_unmatched_idx;
create index mail_messages_unmatched_idx on mail_messages (tenant_id, source_id, sent_at, identity) where not matched;

create or replace function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint)
returns table (id uuid, message_id text, thread_ids text[], sender text, kind text, confidence real, platform text, company text,
  job_title text, location text, requisition text, applied_on date, sent_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.message_id, m.thread_ids, m.sender, m.kind, m.confidence, m.platform, m.company, m.job_title,
      m.location, m.requisition, m.applied_on, m.sent_at
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.identity limit p_limit;
end $$;

-- Which process waits for the event that makes a recurring job due early, and until when without a renewal. Without a process, when
-- waiting may be tried again.
alter table background_jobs add column watched_by uuid;
alter table background_jobs add column watched_until timestamptz;
create index background_jobs_watched_by_idx on background_jobs (watched_by) where watched_by is not null;
