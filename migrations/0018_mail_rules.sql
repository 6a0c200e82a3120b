-- Email of all kinds, from any sender.

alter table mail_messages drop constraint mail_messages_kind_check;
alter table mail_messages add check (kind in ('confirmation', 'viewed', 'rejection', 'interview',
  'assessment', 'offer', 'on_hold', 'cancelled', 'withdrawn', 'referral', 'recruiter', 'alert', 'other'));

-- A message is stored once per user, whichever way it arrives. Two different messages may have the same Message-ID, and copies of
-- one may differ in their headers, so `identity` is a hash of what all copies share. Older rows have no such hash.
alter table mail_messages add column identity text not null default 'id:' || gen_random_uuid();
alter table mail_messages drop constraint mail_messages_tenant_id_mailbox_id_message_id_key;
create unique index mail_messages_identity_idx on mail_messages (tenant_id, owner_id, identity);

-- The Message-IDs of the thread, by which replies find the application of the message they reply to.
alter table mail_messages add column thread_ids text[] not null default '{}';
create index mail_messages_message_id_idx on mail_messages (tenant_id, owner_id, message_id);
-- For messages that were stored before they had an identity. Small, so that the lookup of new messages never reads other rows.
create index mail_messages_without_identity_idx on mail_messages (tenant_id, owner_id, message_id) where identity like 'id:%';
create index job_applications_requisition_idx on job_applications (tenant_id, owner_id, requisition) where requisition is not null;

-- A job that was cancelled ends its applications, too.
alter table job_applications drop constraint job_applications_outcome_check;
alter table job_applications add
  check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted', 'cancelled'));
alter table application_events drop constraint application_events_outcome_check;
alter table application_events add
  check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted', 'cancelled'));

-- The applications of these messages: of the threads that new messages belong to.
create function list_thread_applications(p_tenant uuid, p_owner uuid, p_message_ids text[])
returns table (message_id text, application_id uuid)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  v_message_id text;
begin
  foreach v_message_id in array p_message_ids loop
    return query select m.message_id, m.application_id from public.mail_messages m
      where m.tenant_id = p_tenant and m.owner_id = p_owner and m.message_id = v_message_id and m.application_id is not null
      order by m.sent_at limit 1;
  end loop;
end $$;

drop function lock_candidates(uuid, uuid, text[], date[]);
drop function list_unmatched(uuid, uuid, bigint);

-- Locks and returns these applications, those of these match keys (including deleted ones), of these requisition numbers and of
-- these apply dates.
create function lock_candidates(p_tenant uuid, p_owner uuid, p_ids uuid[], p_keys text[], p_requisitions text[], p_apply_dates date[])
returns table (id uuid, company text, job_title text, requisition text, stage_id uuid, outcome text, stage_changed_at timestamptz,
  apply_date date, source text, location text, user_edited_fields text[], deleted_at timestamptz)
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  v_ids uuid[] := p_ids;
  v_found uuid[];
  v_key text;
  v_date date;
  v_id uuid;
begin
  foreach v_key in array p_keys loop
    select array_agg(a.id) into v_found from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.match_key = v_key;
    v_ids := v_ids || v_found;
  end loop;
  foreach v_key in array p_requisitions loop
    select array_agg(a.id) into v_found from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.requisition = v_key;
    v_ids := v_ids || v_found;
  end loop;
  foreach v_date in array p_apply_dates loop
    select array_agg(a.id) into v_found from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id = p_owner and a.deleted_at is null and a.apply_date = v_date;
    v_ids := v_ids || v_found;
  end loop;
  for v_id in select distinct x.candidate from unnest(v_ids) as x (candidate) order by x.candidate loop
    return query select a.id, a.company, a.job_title, a.requisition, a.stage_id, a.outcome, a.stage_changed_at, a.apply_date,
        a.source, a.location, a.user_edited_fields, a.deleted_at
      from public.job_applications a
      where a.tenant_id = p_tenant and a.owner_id is not distinct from p_owner and a.id = v_id for update;
  end loop;
end $$;

create function list_unmatched(p_tenant uuid, p_source uuid, p_limit bigint)
returns table (id uuid, message_id text, thread_ids text[], kind text, confidence real, platform text, company text, job_title text,
  location text, requisition text, applied_on date, sent_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.message_id, m.thread_ids, m.kind, m.confidence, m.platform, m.company, m.job_title, m.location,
      m.requisition, m.applied_on, m.sent_at
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.message_id limit p_limit;
end $$;

revoke execute on function list_thread_applications(uuid, uuid, text[]) from public;
revoke execute on function lock_candidates(uuid, uuid, uuid[], text[], text[], date[]) from public;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
grant execute on function list_thread_applications(uuid, uuid, text[]) to jobhax_app;
grant execute on function lock_candidates(uuid, uuid, uuid[], text[], text[], date[]) to jobhax_app;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;
