-- People of employers. A contact belongs to a user and can be linked to many applications.
create table contacts (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  name text not null check (char_length(name) between 1 and 200),
  email text check (char_length(email) between 1 and 254),
  phone text check (char_length(phone) between 1 and 50),
  role text check (char_length(role) between 1 and 200),
  company text check (char_length(company) between 1 and 200),
  url text check (char_length(url) between 1 and 2000),
  notes text check (char_length(notes) between 1 and 5000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index contacts_owner_id_idx on contacts (tenant_id, owner_id, updated_at desc);
select protect_tenant_table('contacts', 'visible', 'own');
grant select, insert, update, delete on contacts to jobhax_app;
select mark_tenant_table('contacts');
select add_foreign_key('contacts', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

create table contact_links (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  contact_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index contact_links_application_id_key on contact_links (tenant_id, application_id, contact_id);
create index contact_links_contact_id_idx on contact_links (tenant_id, contact_id);
create index contact_links_owner_id_idx on contact_links (tenant_id, owner_id);
select protect_tenant_table('contact_links', 'visible', 'own');
grant select, insert, update, delete on contact_links to jobhax_app;
select mark_tenant_table('contact_links');
select add_foreign_key('contact_links', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('contact_links', 'application_id', 'job_applications', 'id', 'on delete cascade');
select add_foreign_key('contact_links', 'contact_id', 'contacts', 'id', 'on delete cascade');

-- What a merge moved. A contact of both applications keeps both links, so that undoing the merge separates them again.
alter table application_merges add column contact_link_ids uuid[] not null default '{}';
