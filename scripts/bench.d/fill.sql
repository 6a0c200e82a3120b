-- Fills up to a thousand workspaces, with a thousand applications and their first events in each.
set session_replication_role = replica; -- skips foreign key checks
with u as (
  insert into users (id, email, email_normalized, created_at)
  select gen_random_uuid(), n || '@rest.example', n || '@rest.example', now()
  from generate_series(1, 1000 - (select count(*) from users)) n returning id
), t as (
  insert into tenants (id, slug, name, kind, created_at) select id, id::text, 'x', 'personal', now() from u returning id
), m as (
  insert into memberships (tenant_id, user_id, role, display_name, joined_at)
  select id, id, 'owner', 'x', now() from t returning tenant_id
)
insert into stages (tenant_id, id, kind, name, position, created_at)
select m.tenant_id, gen_random_uuid(), k.kind, k.kind, k.position - 1, now()
from m cross join unnest(array['to_apply', 'applied', 'screening', 'interview', 'offer']) with ordinality k (kind, position);

insert into job_applications (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, stage_changed_at, apply_date,
  source, outcome, created_at, updated_at)
select m.tenant_id, m.user_id, gen_random_uuid(),
  (array['Data Analyst', 'Senior Data Analyst', 'Baker', 'Product Manager', 'Site Reliability Engineer'])[n % 5 + 1],
  'Company ' || n % 300, 'data analyst company ' || n % 300, 'company ' || n % 300, s.ids[n % 5 + 1],
  now() - n * interval '1 hour', current_date - n % 700,
  (array['LinkedIn', 'Indeed', 'Referral', 'Company site'])[n % 4 + 1], case n % 7 when 0 then 'rejected' end,
  now() - n * interval '1 hour', now() - n * interval '1 minute'
from memberships m
join (select tenant_id, array_agg(id order by position) as ids from stages group by tenant_id) s using (tenant_id)
cross join generate_series(1, 1000) n;

insert into application_events (tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause, actor_id)
select tenant_id, owner_id, gen_random_uuid(), id, stage_id, created_at, created_at, 'api', owner_id from job_applications;

reset session_replication_role;
create table bench_filled as select now() as at;
vacuum analyze;
