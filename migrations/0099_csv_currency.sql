-- The currency of salaries in a CSV file that name none.
alter table csv_imports
  add column currency text check (currency ~ '^[A-Z]{3}$'),
  add column rows_without_currency bigint not null default 0;
