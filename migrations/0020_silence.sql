-- Open applications that nothing happens to are closed after a number of days.

-- The thresholds by the kind of the stage, where the workspace differs from the defaults.
create table silence_thresholds (
  tenant_id uuid not null references tenants on delete cascade,
  stage_kind text not null check (stage_kind in ('applied', 'screening', 'interview', 'offer')),
  days integer not null check (days between 0 and 365), -- 0 never closes
  primary key (tenant_id, stage_kind)
);
select protect_tenant_table('silence_thresholds', 'tenant', 'admin');
grant select, insert, update on silence_thresholds to jobhax_app;
select mark_tenant_table('silence_thresholds');

-- Why a rule closed the application: the threshold at that time.
alter table application_events add column silence_days integer;
