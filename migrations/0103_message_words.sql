-- Matching also needs the words of a message that say how an interview takes place.
drop function list_unmatched(uuid, uuid, bigint);
create function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint)
returns table (id uuid, message_id text, thread_ids text[], sender text, kind text, confidence real, platform text, company text,
  job_title text, location text, requisition text, applied_on date, sent_at timestamptz, calendar_uid text, subject text,
  explanation jsonb)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.message_id, m.thread_ids, m.sender, m.kind, m.confidence, m.platform, m.company, m.job_title,
      m.location, m.requisition, m.applied_on, m.sent_at, m.calendar_uid, m.subject, m.explanation
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.identity limit p_limit;
end $$;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;
