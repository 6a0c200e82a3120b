-- Invitations in messages: which event a message is about, and what it says about it.
alter table mail_messages add column calendar_uid text check (octet_length(calendar_uid) <= 1000);
-- {"sequence", "starts_at", "ends_at", "time_zone", "place", "is_cancelled"}
alter table mail_messages add column invitation jsonb;
create index mail_messages_calendar_uid_idx on mail_messages (tenant_id, owner_id, calendar_uid) where calendar_uid is not null;

-- The applications of the messages about these events: later messages about them belong there, too.
create function list_event_applications(p_tenant uuid, p_owner uuid, p_uids text[])
returns table (calendar_uid text, application_id uuid)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  v_uid text;
begin
  foreach v_uid in array p_uids loop
    return query select m.calendar_uid, m.application_id from public.mail_messages m
      where m.tenant_id = p_tenant and m.owner_id = p_owner and m.calendar_uid = v_uid and m.application_id is not null
      order by m.sent_at, m.identity limit 1;
  end loop;
end $$;
revoke execute on function list_event_applications(uuid, uuid, text[]) from public;
grant execute on function list_event_applications(uuid, uuid, text[]) to jobhax_app;

drop function list_unmatched(uuid, uuid, bigint);
create function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint)
returns table (id uuid, message_id text, thread_ids text[], sender text, kind text, confidence real, platform text, company text,
  job_title text, location text, requisition text, applied_on date, sent_at timestamptz, calendar_uid text)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.message_id, m.thread_ids, m.sender, m.kind, m.confidence, m.platform, m.company, m.job_title,
      m.location, m.requisition, m.applied_on, m.sent_at, m.calendar_uid
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.identity limit p_limit;
end $$;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;
