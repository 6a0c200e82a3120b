-- Imports of CSV files of applications. The file itself is in the upload folder until the import has ended.
create table csv_imports (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  state text not null check (state in ('uploading', 'running', 'done', 'failed', 'cancelled')),
  dry_run boolean not null,                   -- a preview, which changes nothing
  fill_empty boolean not null default false,  -- whether empty fields of existing applications are filled in
  file_name text not null check (char_length(file_name) <= 200),
  format jsonb not null,                      -- {"encoding", "dialect"}
  preset text,                                -- the program that the file is from
  date_order text check (date_order in ('day_first', 'month_first')), -- as the user has chosen
  columns jsonb not null,                     -- [{"name", "field", "samples", "date_order", "is_date_order_assumed"}]
  last_row bigint not null default 0,         -- checkpoint: number of the last row that is imported
  rows_seen bigint not null default 0,
  created bigint not null default 0,
  same bigint not null default 0,
  differs bigint not null default 0,
  updated bigint not null default 0,
  bad_rows bigint not null default 0,
  bad jsonb not null default '[]',            -- [{"row", "column", "detail"}], the first ones
  rows jsonb not null default '[]',           -- the first rows of each verdict
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index csv_imports_owner_id_idx on csv_imports (tenant_id, owner_id, created_at desc);
select protect_tenant_table('csv_imports', 'own', 'own');
grant select, insert, update, delete on csv_imports to jobhax_app;
select mark_tenant_table('csv_imports');
select add_foreign_key('csv_imports', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
