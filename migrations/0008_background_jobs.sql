-- The job queue. A global table, because the queue spans tenants; each job enters its tenant itself.
--
-- A worker holds a job until lease_until. Every claim increments fencing_token, and every later statement of the worker names
-- the token, so that a worker whose lease expired can no longer change anything.
create table background_jobs (
  id uuid primary key,
  kind text not null,                         -- known kinds are defined in the application
  lane text not null check (lane in ('interactive', 'bulk')), -- short jobs that a user waits for do not queue behind long ones
  tenant_id uuid,                             -- null for jobs outside any workspace
  user_id uuid,                               -- null for jobs of no known user, such as an email to an address
  payload_id uuid not null,                   -- what the job works on, such as an import
  run_at timestamptz not null,
  attempts integer not null default 0,        -- claims since the last progress
  fencing_token bigint not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  unique (kind, payload_id)
);
create index background_jobs_run_at_idx on background_jobs (lane, run_at);
create index background_jobs_lease_until_idx on background_jobs (lease_until) where lease_until is not null;
create index background_jobs_user_id_idx on background_jobs (user_id);
grant select, insert, update, delete on background_jobs to jobhax_login;
