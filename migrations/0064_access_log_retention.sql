-- The access log is kept for 400 days. Who has looked at whose data is kept without the time: the cohort metrics count nobody whose
-- data the viewer knows towards five people (docs/COHORTS.md), and deleting rows of the log must not show what was hidden before.
create table past_viewers (
  tenant_id uuid not null references tenants on delete cascade,
  owner_id uuid not null,
  viewer_id uuid not null,                    -- no foreign key, as in the log: the row stays when the viewer leaves
  primary key (tenant_id, owner_id, viewer_id)
);
create index past_viewers_viewer_id_idx on past_viewers (tenant_id, viewer_id);
-- What exists already. The owner of the tables, who migrates, sees it while row level security is not forced.
alter table access_log no force row level security;
insert into past_viewers (tenant_id, owner_id, viewer_id)
  select l.tenant_id, l.owner_id, l.viewer_id from access_log l group by l.tenant_id, l.owner_id, l.viewer_id;
alter table access_log force row level security;
alter table past_viewers enable row level security;
alter table past_viewers force row level security;
create policy select_parties on past_viewers for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid));
create policy insert_viewer on past_viewers for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and viewer_id = nullif(current_setting('app.user_id', true), '')::uuid
    and owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[]));
create policy update_never on past_viewers for update to jobhax_app using (false) with check (false);
create policy delete_never on past_viewers for delete to jobhax_app using (false);
grant select, insert on past_viewers to jobhax_app;
select mark_tenant_table('past_viewers');
select add_foreign_key('past_viewers', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- Deletes rows of the access log that are older than 400 days, by the clock of the database: no argument makes it delete a younger
-- one. Runs with the rights of the owner of the table, for whom the policies show such rows in this function alone.
create index access_log_age_idx on access_log (viewed_at);
create policy select_expired on access_log for select to current_user
  using (viewed_at <= now() - interval '400 days' and current_setting('app.purge', true) = 'on');
create policy delete_expired on access_log for delete to current_user
  using (viewed_at <= now() - interval '400 days' and current_setting('app.purge', true) = 'on');

create function purge_access_log(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_before constant timestamptz := now() - interval '400 days';
  v_purged integer;
begin
  execute 'set local app.purge = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  with expired as (
    select l.tenant_id, l.id from public.access_log l
    where l.viewed_at <= v_before
    order by l.viewed_at
    limit p_limit
  ), purged as (
    delete from public.access_log l using expired
    where l.tenant_id = expired.tenant_id and l.id = expired.id and l.viewed_at <= v_before
    returning l.id
  )
  select count(*) into v_purged from purged;
  execute 'set local app.purge = ''off''';
  return v_purged;
end $$;
revoke execute on function purge_access_log(integer) from public;
grant execute on function purge_access_log(integer) to jobhax_login;

-- As before, from the viewers that the log no longer names as well.
drop policy select_cohort on access_log;
create policy select_cohort on past_viewers for select to current_user
  using (tenant_id = nullif(current_setting('app.cohort_tenant', true), '')::uuid);
create or replace function read_cohort_entries(p_tenant uuid, p_user uuid, p_from date, p_to date)
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
        select v.owner_id from public.past_viewers v where v.tenant_id = p_tenant and v.viewer_id = p_user
      ) k on k.owner_id = p.owner_id
      where c.tenant_id = p_tenant and c.month between p_from and p_to
      order by c.month, c.id;
  end if;
  execute 'set local app.cohort_tenant = ''''';
end $$;
