-- Metrics of groups of people. docs/COHORTS.md says which figures are shown and why nobody's can be derived from them.
--
-- The numbers of a month are written once, when the month is over, and never again: what members change, delete or add afterwards,
-- who joins, leaves or is put into another group changes nothing that was published before. No serving role can read or write these
-- tables; the functions below are the only way to them.

create table cohort_months (
  tenant_id uuid not null references tenants on delete cascade,
  month date not null,                        -- its first day
  published_at timestamptz not null,
  primary key (tenant_id, month)
);

-- What one person contributed to a month: numbers only.
create table cohort_entries (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  month date not null,
  group_ids uuid[] not null,                  -- the person's groups when the month was published
  is_active boolean not null,
  applications integer not null,
  responses integer not null,
  screenings integer not null,
  interviews integer not null,
  offers integer not null,
  response_days integer,                      -- median of the person's first responses in this month
  offer_days integer,                         -- median of the person's offers in this month
  primary key (tenant_id, id)
);
create index cohort_entries_month_idx on cohort_entries (tenant_id, month);

-- Whose entry it is. Deleted with the membership, so that the entry then belongs to nobody.
create table cohort_people (
  tenant_id uuid not null references tenants on delete cascade,
  entry_id uuid not null,
  month date not null,
  owner_id uuid not null,
  primary key (tenant_id, entry_id)
);
create index cohort_people_owner_id_idx on cohort_people (tenant_id, owner_id);

alter table cohort_months enable row level security;
alter table cohort_months force row level security;
create policy select_never on cohort_months for select to jobhax_app using (false);
create policy insert_never on cohort_months for insert to jobhax_app with check (false);
create policy update_never on cohort_months for update to jobhax_app using (false) with check (false);
create policy delete_never on cohort_months for delete to jobhax_app using (false);
select mark_tenant_table('cohort_months');

alter table cohort_entries enable row level security;
alter table cohort_entries force row level security;
create policy select_never on cohort_entries for select to jobhax_app using (false);
create policy insert_never on cohort_entries for insert to jobhax_app with check (false);
create policy update_never on cohort_entries for update to jobhax_app using (false) with check (false);
create policy delete_never on cohort_entries for delete to jobhax_app using (false);
select mark_tenant_table('cohort_entries');

alter table cohort_people enable row level security;
alter table cohort_people force row level security;
create policy select_never on cohort_people for select to jobhax_app using (false);
create policy insert_never on cohort_people for insert to jobhax_app with check (false);
create policy update_never on cohort_people for update to jobhax_app using (false) with check (false);
create policy delete_never on cohort_people for delete to jobhax_app using (false);
select mark_tenant_table('cohort_people');
select add_foreign_key('cohort_people', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- What the owner of the tables sees and writes in the functions below: rows of one tenant, and only while they run.
create policy select_cohort on memberships for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on job_applications for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on application_events for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on mail_messages for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on stages for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on group_members for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on access_grants for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on access_log for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on cohort_months for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy insert_cohort on cohort_months for insert to current_user
  with check (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on cohort_people for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy insert_cohort on cohort_people for insert to current_user
  with check (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy select_cohort on cohort_entries for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create policy insert_cohort on cohort_entries for insert to current_user
  with check (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);

-- Publishes the months that are over and not published yet, of the last twelve, not before the one the tenant was created in.
-- Everybody counts who may have applications and became a member before the month ended. Does nothing for other roles than owner,
-- admin and coach.
-- Nested loops are off because the statistics know nothing about a new tenant: the planner expects one row of it, and would join every
-- person to every event.
create function publish_cohort_months(p_tenant uuid, p_user uuid, p_now timestamptz) returns void
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
      (tenant_id, id, month, group_ids, is_active, applications, responses, screenings, interviews, offers, response_days, offer_days)
    with events as (
      -- Events of merged applications count for the one that they were merged into. A move that is taken back within ten minutes is
      -- a correction.
      select coalesce(a.merged_into, a.id) as application_id, a.owner_id, s.kind, e.outcome, e.occurred_at,
        lead(e.to_stage_id) over w is not distinct from e.from_stage_id and lead(e.from_stage_id) over w = e.to_stage_id
          and lead(e.recorded_at) over w - e.recorded_at <= interval '10 minutes' as is_corrected
      from public.job_applications a
      join public.application_events e on e.tenant_id = a.tenant_id and e.application_id = a.id
      join public.stages s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id
      left join public.mail_messages g on g.tenant_id = e.tenant_id and g.id = e.mail_id
      where a.tenant_id = p_tenant
        and (g.id is null or e.from_stage_id is null or g.application_id = coalesce(a.merged_into, a.id))
      window w as (partition by e.application_id order by e.recorded_at, e.id)
    ), facts as materialized (
      select a.owner_id, a.apply_date, f.first_at, f.screening_at, f.interview_at, f.offer_at,
        least(f.screening_at, case when a.outcome in ('rejected', 'cancelled', 'accepted') then f.verdict_at end) as responded_at
      from public.job_applications a
      join (
        select application_id, min(occurred_at) as first_at,
          min(occurred_at) filter (where kind in ('screening', 'interview', 'offer')) as screening_at,
          min(occurred_at) filter (where kind in ('interview', 'offer')) as interview_at,
          min(occurred_at) filter (where kind = 'offer') as offer_at,
          min(occurred_at) filter (where outcome in ('rejected', 'cancelled', 'accepted')) as verdict_at
        from events
        where is_corrected is not true
        group by application_id
        having bool_or(kind <> 'to_apply')
      ) f on f.application_id = a.id
      where a.tenant_id = p_tenant and a.deleted_at is null and a.merged_into is null
    ), numbers as (
      select p.entry_id,
        count(*) filter (where f.apply_date >= p.month and f.apply_date < p.month + interval '1 month') as applications,
        count(*) filter (where f.responded_at >= r.since and f.responded_at < r.until) as responses,
        count(*) filter (where f.screening_at >= r.since and f.screening_at < r.until) as screenings,
        count(*) filter (where f.interview_at >= r.since and f.interview_at < r.until) as interviews,
        count(*) filter (where f.offer_at >= r.since and f.offer_at < r.until) as offers,
        percentile_disc(0.5) within group (order by (f.responded_at at time zone 'UTC')::date - f.apply_date)
          filter (where f.responded_at >= r.since and f.responded_at < r.until and f.responded_at > f.first_at
            and (f.responded_at at time zone 'UTC')::date >= f.apply_date) as response_days,
        percentile_disc(0.5) within group (order by (f.offer_at at time zone 'UTC')::date - f.apply_date)
          filter (where f.offer_at >= r.since and f.offer_at < r.until and f.offer_at > f.first_at
            and (f.offer_at at time zone 'UTC')::date >= f.apply_date) as offer_days
      from public.cohort_people p
      cross join lateral (select p.month::timestamp at time zone 'UTC' as since,
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
      coalesce(n.offers, 0), n.response_days, n.offer_days
    from public.cohort_people p
    left join numbers n on n.entry_id = p.entry_id
    left join active t on t.entry_id = p.entry_id
    left join groups_of g on g.user_id = p.owner_id
    where p.tenant_id = p_tenant and p.month = any (v_months)
    on conflict (tenant_id, id) do update set month = excluded.month;
  end if;
  execute 'set local app.cohort_tenant = ''''';
end $$;
revoke execute on function publish_cohort_months(uuid, uuid, timestamptz) from public;
grant execute on function publish_cohort_months(uuid, uuid, timestamptz) to jobhax_login;

-- The entries of published months, without saying whose they are and in no order that would say it. An entry is known to the user if
-- it is the user's own, of somebody who has granted the user access or whose data the user has looked at, or of a former member. Returns
-- nothing for other roles than owner, admin and coach.
create function read_cohort_entries(p_tenant uuid, p_user uuid, p_from date, p_to date)
returns table (month date, is_known boolean, group_ids uuid[], is_active boolean, applications integer, responses integer,
  screenings integer, interviews integer, offers integer, response_days integer, offer_days integer)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  execute format('set local app.cohort_tenant = %L', p_tenant);
  perform from public.memberships m
    where m.tenant_id = p_tenant and m.user_id = p_user and m.role in ('owner', 'admin', 'coach');
  if found then
    return query
      select c.month, p.owner_id is null or p.owner_id = p_user or k.owner_id is not null, c.group_ids, c.is_active, c.applications,
        c.responses, c.screenings, c.interviews, c.offers, c.response_days, c.offer_days
      from public.cohort_entries c
      left join public.cohort_people p on p.tenant_id = c.tenant_id and p.entry_id = c.id
      left join (
        select g.owner_id from public.access_grants g where g.tenant_id = p_tenant and g.viewer_id = p_user
        union
        select l.owner_id from public.access_log l where l.tenant_id = p_tenant and l.viewer_id = p_user
      ) k on k.owner_id = p.owner_id
      where c.tenant_id = p_tenant and c.month between p_from and p_to
      order by c.month, c.id;
  end if;
  execute 'set local app.cohort_tenant = ''''';
end $$;
revoke execute on function read_cohort_entries(uuid, uuid, date, date) from public;
grant execute on function read_cohort_entries(uuid, uuid, date, date) to jobhax_login;
