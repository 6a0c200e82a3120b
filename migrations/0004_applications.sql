-- Stages, applications, and the ledger of what happened to them.
create table stage (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('to_apply', 'applied', 'screening', 'interview', 'offer')),
  name text not null check (char_length(name) between 1 and 60),
  position integer not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, position) deferrable initially immediate
);
-- Shared by the workspace: all members see them, those who run it change them.
alter table stage enable row level security;
alter table stage force row level security;
create policy see on stage for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy add on stage for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin'));
create policy change on stage for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin'))
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin'));
create policy remove on stage for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and current_setting('app.role', true) in ('owner', 'admin'));
grant select, insert, update, delete on stage to jobhax_app;
select tenant_table('stage');

create table job_application (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  job_title text not null check (char_length(job_title) between 1 and 200),
  company text not null check (char_length(company) between 1 and 200),
  search_text text not null,                  -- title and company without case and accents
  match_key text not null,                    -- the company as mails are matched to it
  requisition text,                           -- the employer's number of the job
  stage_id uuid not null,
  outcome text check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted')),
  moved_at timestamptz not null,              -- when it came to this stage and outcome
  apply_date date not null,
  source text not null check (char_length(source) <= 200),
  location text check (char_length(location) <= 200),
  url text check (char_length(url) <= 2000),
  salary_min bigint,
  salary_max bigint,
  salary_currency text,
  salary_period text check (salary_period in ('hour', 'day', 'month', 'year')),
  tags text[] not null default '{}',
  edited text[] not null default '{}',        -- fields that a person wrote: no mail overwrites them
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version integer not null default 1,
  primary key (tenant_id, id)
);
create index job_application_by_date on job_application (tenant_id, owner_id, apply_date desc, id desc) where deleted_at is null;
create index job_application_by_update on job_application (tenant_id, owner_id, updated_at desc, id desc) where deleted_at is null;
create index job_application_by_company on job_application (tenant_id, owner_id, lower(company), id desc) where deleted_at is null;
create index job_application_by_stage on job_application (tenant_id, owner_id, stage_id, moved_at desc) where deleted_at is null;
create index job_application_by_match on job_application (tenant_id, owner_id, match_key);
alter table job_application enable row level security;
alter table job_application force row level security;
create policy see on job_application for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on job_application for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on job_application for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on job_application for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on job_application to jobhax_app;
select tenant_table('job_application');
alter table job_application add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table job_application add foreign key (tenant_id, stage_id) references stage (tenant_id, id);

-- The ledger: added to, never changed. Folding it gives stage and outcome of the application.
create table application_event (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  from_stage_id uuid,
  to_stage_id uuid not null,
  outcome text check (outcome in ('rejected', 'withdrawn', 'ghosted', 'accepted')),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  cause text not null check (cause in ('user', 'mail', 'rule', 'api', 'import')),
  actor_id uuid,                              -- nobody where the system acted
  mail_id uuid,
  primary key (tenant_id, id)
);
create index application_event_by_application on application_event (tenant_id, application_id, occurred_at, recorded_at, id);
alter table application_event enable row level security;
alter table application_event force row level security;
create policy see on application_event for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on application_event for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on application_event for update to jobhax_app using (false) with check (false);
create policy remove on application_event for delete to jobhax_app using (false);
grant select, insert on application_event to jobhax_app;
select tenant_table('application_event');
alter table application_event add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table application_event add foreign key (tenant_id, application_id) references job_application (tenant_id, id) on delete cascade;
alter table application_event add foreign key (tenant_id, from_stage_id) references stage (tenant_id, id);
alter table application_event add foreign key (tenant_id, to_stage_id) references stage (tenant_id, id);

create table note (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  description text not null check (char_length(description) between 1 and 20000),
  created_at timestamptz not null,
  updated_at timestamptz,
  primary key (tenant_id, id)
);
create index note_by_application on note (tenant_id, application_id, created_at desc, id desc);
alter table note enable row level security;
alter table note force row level security;
create policy see on note for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy add on note for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy change on note for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy remove on note for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and owner_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on note to jobhax_app;
select tenant_table('note');
alter table note add foreign key (tenant_id, owner_id) references memberships (tenant_id, user_id) on delete cascade;
alter table note add foreign key (tenant_id, application_id) references job_application (tenant_id, id) on delete cascade;
