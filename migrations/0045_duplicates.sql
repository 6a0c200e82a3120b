-- Pairs of applications that their owner does not take for duplicates of each other. The smaller id comes first.
create table dismissed_duplicates (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  other_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, application_id, other_id)
);
create index dismissed_duplicates_owner_id_idx on dismissed_duplicates (tenant_id, owner_id);
create index dismissed_duplicates_other_id_idx on dismissed_duplicates (tenant_id, other_id);
select protect_tenant_table('dismissed_duplicates', 'own', 'own');
grant select, insert on dismissed_duplicates to jobhax_app;
select mark_tenant_table('dismissed_duplicates');
select add_foreign_key('dismissed_duplicates', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('dismissed_duplicates', 'application_id', 'job_applications', 'id', 'on delete cascade');
select add_foreign_key('dismissed_duplicates', 'other_id', 'job_applications', 'id', 'on delete cascade');
