-- The text of the job posting of an application, kept because postings disappear.
create table application_postings (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  text text not null check (char_length(text) between 1 and 100000),
  url text check (char_length(url) between 1 and 2000),
  saved_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index application_postings_application_id_key on application_postings (tenant_id, application_id);
create index application_postings_owner_id_idx on application_postings (tenant_id, owner_id);
select protect_tenant_table('application_postings', 'visible', 'own');
grant select, insert, update, delete on application_postings to jobhax_app;
select mark_tenant_table('application_postings');
select add_foreign_key('application_postings', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('application_postings', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- What a merge moved. The posting of the other application moves only if the first has none.
alter table application_merges add column posting_ids uuid[] not null default '{}';
alter table application_merges add column file_ids uuid[] not null default '{}';

-- The list of deleted applications.
create index job_applications_trash_idx on job_applications (tenant_id, owner_id, deleted_at desc, id desc)
  where deleted_at is not null and merged_into is null;
