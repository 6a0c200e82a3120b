-- Statements of `0007_mail.sql` that address single rows compare the owner with `is not distinct from`, which is equivalent but
-- cannot use an index. With `=`, Postgres estimates one row for tenant and owner together and scans all rows of the user instead
-- of using the primary key.

create or replace function lock_candidates(p_tenant uuid, p_owner uuid, p_keys text[], p_apply_dates date[])
returns setof job_applications
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
      where a.tenant_id = p_tenant and a.owner_id is not distinct from p_owner and a.id = v_id for update;
  end loop;
end $$;

create or replace function link_messages(p_tenant uuid, p_owner uuid, p_links jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in select * from jsonb_to_recordset(p_links) as x (id uuid, application_id uuid) loop
    update public.mail_messages m set application_id = r.application_id, matched = true
      where m.tenant_id = p_tenant and m.owner_id is not distinct from p_owner and m.id = r.id;
  end loop;
end $$;

create or replace function update_candidates(p_tenant uuid, p_owner uuid, p_rows jsonb, p_now timestamptz) returns void
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
      where a.tenant_id = p_tenant and a.owner_id is not distinct from p_owner and a.id = r.id;
  end loop;
end $$;
