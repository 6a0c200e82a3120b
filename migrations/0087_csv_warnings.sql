-- Cells that are not valid, of rows that an import imports without them.
alter table csv_imports
  add column warned_rows bigint not null default 0,
  add column warnings jsonb not null default '[]'; -- [{"row", "column", "detail"}], the first ones
