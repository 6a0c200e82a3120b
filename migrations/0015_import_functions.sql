-- Two functions of the import in a form that Citus accepts.
--
-- They do not return rows of a table: `undistribute_table` drops what depends on the type of a table, without a word. And
-- `lock_candidates` has no subquery inside of an expression, which Citus cannot plan without the values of the parameters.
drop function lock_candidates(uuid, uuid, text[], date[]);
drop function list_unmatched(uuid, uuid, bigint);

create function lock_candidates(p_tenant uuid, p_owner uuid, p_keys text[], p_apply_dates date[])
returns table (id uuid, company text, job_title text, requisition text, stage_id uuid, outcome text, stage_changed_at timestamptz,
  apply_date date, source text, location text, user_edited_fields text[], deleted_at timestamptz)
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  v_ids uuid[] := '{}';
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
returns table (id uuid, kind text, confidence real, platform text, company text, job_title text, location text, requisition text,
  applied_on date, sent_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query select m.id, m.kind, m.confidence, m.platform, m.company, m.job_title, m.location, m.requisition, m.applied_on, m.sent_at
    from public.mail_messages m
    where m.tenant_id = p_tenant and m.source_id = p_source and not m.matched order by m.sent_at, m.message_id limit p_limit;
end $$;

revoke execute on function lock_candidates(uuid, uuid, text[], date[]) from public;
revoke execute on function list_unmatched(uuid, uuid, bigint) from public;
grant execute on function lock_candidates(uuid, uuid, text[], date[]) to jobhax_app;
grant execute on function list_unmatched(uuid, uuid, bigint) to jobhax_app;
