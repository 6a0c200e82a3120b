-- Saved views of lists and charts: a name for the query of a page.
create table views (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  page text not null check (page in ('board', 'table', 'metrics')),
  query text not null check (char_length(query) <= 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index views_owner_id_idx on views (tenant_id, owner_id);
select protect_tenant_table('views', 'visible', 'own');
grant select, insert, update, delete on views to jobhax_app;
select mark_tenant_table('views');
select add_foreign_key('views', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
