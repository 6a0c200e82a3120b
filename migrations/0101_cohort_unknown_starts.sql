-- As before, but the medians leave out applications that only their first response has dated: the email of it created them, does not
-- say when they were sent, and neither the user nor a confirmation does. They count as sent and as responses.
create or replace function publish_cohort_months(p_tenant uuid, p_user uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public set enable_nestloop = off as $$
declare
  v_current constant date := date_trunc('month', p_now at time zone 'UTC')::date;
  v_first date;
  v_month date;
  v_months date[] := '{}';
begin
  execute format('set local app.cohort_tenant = %L', p_tenant); -- a statement, so that Citus forwards it to the other nodes
  perform from public.memberships m
    where m.tenant_id = p_tenant and m.user_id = p_user and m.role in ('owner', 'admin', 'coach');
  if not found then
    execute 'set local app.cohort_tenant = ''''';
    return;
  end if;
  select greatest(date_trunc('month', t.created_at at time zone 'UTC')::date, (v_current - interval '12 months')::date)
    into v_first from public.tenants t where t.id = p_tenant;
  for v_month in select g::date from generate_series(v_first::timestamp, v_current - interval '1 month', interval '1 month') g loop
    insert into public.cohort_months (tenant_id, month, published_at) values (p_tenant, v_month, p_now) on conflict do nothing;
    -- Not found: another transaction has published it.
    if found then
      v_months := v_months || v_month;
    end if;
  end loop;
  if cardinality(v_months) > 0 then
    insert into public.cohort_people as p (tenant_id, entry_id, month, owner_id)
    select m.tenant_id, gen_random_uuid(), n.month, m.user_id
    from public.memberships m cross join unnest(v_months) as n (month)
    where m.tenant_id = p_tenant and m.role <> 'coach' and m.joined_at < n.month + interval '1 month'
    on conflict (tenant_id, entry_id) do update set month = excluded.month;

    insert into public.cohort_entries as c
      (tenant_id, id, month, group_ids, is_active, applications, responses, screenings, interviews, offers, response_days, offer_days,
       applications_by_week, responses_by_week, screenings_by_week, interviews_by_week, offers_by_week)
    with events as (
      -- Events of merged applications count for the one that they were merged into. A move that is taken back within ten minutes is
      -- a correction.
      select coalesce(a.merged_into, a.id) as application_id, a.owner_id, s.kind, e.outcome, e.occurred_at,
        lead(e.to_stage_id) over w is not distinct from e.from_stage_id and lead(e.from_stage_id) over w = e.to_stage_id
          and lead(e.recorded_at) over w - e.recorded_at <= interval '10 minutes' as is_corrected,
        e.from_stage_id is not null and e.mail_id = first_value(case when e.from_stage_id is null and g.applied_on is null
          and g.kind is distinct from 'confirmation' and not 'apply_date' = any (a.user_edited_fields) then e.mail_id end) over first
          as is_of_creation
      from public.job_applications a
      join public.application_events e on e.tenant_id = a.tenant_id and e.application_id = a.id
      join public.stages s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id
      left join public.mail_messages g on g.tenant_id = e.tenant_id and g.id = e.mail_id
      where a.tenant_id = p_tenant
        and (g.id is null or e.from_stage_id is null or g.application_id = coalesce(a.merged_into, a.id))
      window w as (partition by e.application_id order by e.recorded_at, e.id),
        first as (partition by coalesce(a.merged_into, a.id) order by e.occurred_at, e.recorded_at)
    ), facts as materialized (
      select a.owner_id, a.apply_date, f.first_at, f.screening_at, f.interview_at, f.offer_at, r.responded_at,
        coalesce(r.responded_at = any (f.times_of_creation), false) and not exists (
          select from public.mail_messages c
          where c.tenant_id = a.tenant_id and c.application_id = a.id and c.kind = 'confirmation') as is_start_unknown
      from public.job_applications a
      join (
        select application_id, min(occurred_at) as first_at,
          min(occurred_at) filter (where kind in ('screening', 'interview', 'offer')) as screening_at,
          min(occurred_at) filter (where kind in ('interview', 'offer')) as interview_at,
          min(occurred_at) filter (where kind = 'offer') as offer_at,
          min(occurred_at) filter (where outcome in ('rejected', 'cancelled', 'accepted')) as verdict_at,
          array_agg(occurred_at) filter (where is_of_creation) as times_of_creation
        from events
        where is_corrected is not true
        group by application_id
        having bool_or(kind <> 'to_apply')
      ) f on f.application_id = a.id
      cross join lateral (select
        least(f.screening_at, case when a.outcome in ('rejected', 'cancelled', 'accepted') then f.verdict_at end) as responded_at) r
      where a.tenant_id = p_tenant and a.deleted_at is null and a.merged_into is null
    ), numbers as (
      select p.entry_id,
        count(*) filter (where f.apply_date >= p.month and f.apply_date < p.month + interval '1 month') as applications,
        count(*) filter (where f.responded_at >= r.since and f.responded_at < r.until) as responses,
        count(*) filter (where f.screening_at >= r.since and f.screening_at < r.until) as screenings,
        count(*) filter (where f.interview_at >= r.since and f.interview_at < r.until) as interviews,
        count(*) filter (where f.offer_at >= r.since and f.offer_at < r.until) as offers,
        array[count(*) filter (where f.apply_date >= p.month and f.apply_date < p.month + 7),
          count(*) filter (where f.apply_date >= p.month + 7 and f.apply_date < p.month + 14),
          count(*) filter (where f.apply_date >= p.month + 14 and f.apply_date < p.month + 21),
          count(*) filter (where f.apply_date >= p.month + 21 and f.apply_date < p.month + interval '1 month')] as applications_by_week,
        array[count(*) filter (where f.responded_at >= r.since and f.responded_at < r.week_2),
          count(*) filter (where f.responded_at >= r.week_2 and f.responded_at < r.week_3),
          count(*) filter (where f.responded_at >= r.week_3 and f.responded_at < r.week_4),
          count(*) filter (where f.responded_at >= r.week_4 and f.responded_at < r.until)] as responses_by_week,
        array[count(*) filter (where f.screening_at >= r.since and f.screening_at < r.week_2),
          count(*) filter (where f.screening_at >= r.week_2 and f.screening_at < r.week_3),
          count(*) filter (where f.screening_at >= r.week_3 and f.screening_at < r.week_4),
          count(*) filter (where f.screening_at >= r.week_4 and f.screening_at < r.until)] as screenings_by_week,
        array[count(*) filter (where f.interview_at >= r.since and f.interview_at < r.week_2),
          count(*) filter (where f.interview_at >= r.week_2 and f.interview_at < r.week_3),
          count(*) filter (where f.interview_at >= r.week_3 and f.interview_at < r.week_4),
          count(*) filter (where f.interview_at >= r.week_4 and f.interview_at < r.until)] as interviews_by_week,
        array[count(*) filter (where f.offer_at >= r.since and f.offer_at < r.week_2),
          count(*) filter (where f.offer_at >= r.week_2 and f.offer_at < r.week_3),
          count(*) filter (where f.offer_at >= r.week_3 and f.offer_at < r.week_4),
          count(*) filter (where f.offer_at >= r.week_4 and f.offer_at < r.until)] as offers_by_week,
        percentile_disc(0.5) within group (order by (f.responded_at at time zone 'UTC')::date - f.apply_date)
          filter (where f.responded_at >= r.since and f.responded_at < r.until and f.responded_at > f.first_at and not f.is_start_unknown
            and (f.responded_at at time zone 'UTC')::date >= f.apply_date) as response_days,
        percentile_disc(0.5) within group (order by (f.offer_at at time zone 'UTC')::date - f.apply_date)
          filter (where f.offer_at >= r.since and f.offer_at < r.until and f.offer_at > f.first_at and not f.is_start_unknown
            and (f.offer_at at time zone 'UTC')::date >= f.apply_date) as offer_days
      from public.cohort_people p
      cross join lateral (select p.month::timestamp at time zone 'UTC' as since,
        (p.month + 7)::timestamp at time zone 'UTC' as week_2, (p.month + 14)::timestamp at time zone 'UTC' as week_3,
        (p.month + 21)::timestamp at time zone 'UTC' as week_4,
        (p.month + interval '1 month') at time zone 'UTC' as until) r
      join facts f on f.owner_id = p.owner_id
      where p.tenant_id = p_tenant and p.month = any (v_months)
      group by p.entry_id
    ), groups_of as (
      select g.user_id, array_agg(g.group_id order by g.group_id) as ids
      from public.group_members g where g.tenant_id = p_tenant group by g.user_id
    ), active as (
      select distinct p.entry_id
      from public.cohort_people p
      join events v on v.owner_id = p.owner_id and v.occurred_at >= p.month::timestamp at time zone 'UTC'
        and v.occurred_at < (p.month + interval '1 month') at time zone 'UTC'
      where p.tenant_id = p_tenant and p.month = any (v_months)
    )
    select p.tenant_id, p.entry_id, p.month, coalesce(g.ids, '{}'), t.entry_id is not null or coalesce(n.applications, 0) > 0,
      coalesce(n.applications, 0), coalesce(n.responses, 0), coalesce(n.screenings, 0), coalesce(n.interviews, 0),
      coalesce(n.offers, 0), n.response_days, n.offer_days, coalesce(n.applications_by_week, '{0,0,0,0}'),
      coalesce(n.responses_by_week, '{0,0,0,0}'), coalesce(n.screenings_by_week, '{0,0,0,0}'), coalesce(n.interviews_by_week, '{0,0,0,0}'),
      coalesce(n.offers_by_week, '{0,0,0,0}')
    from public.cohort_people p
    left join numbers n on n.entry_id = p.entry_id
    left join active t on t.entry_id = p.entry_id
    left join groups_of g on g.user_id = p.owner_id
    where p.tenant_id = p_tenant and p.month = any (v_months)
    on conflict (tenant_id, id) do update set month = excluded.month;
  end if;
  execute 'set local app.cohort_tenant = ''''';
end $$;
