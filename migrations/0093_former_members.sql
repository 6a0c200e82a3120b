-- The names of people who have left an organization or were removed from it, as they were then, for its audit log. Deleted with the
-- account, and with the last events about them, after 400 days. A global table: the role of tenant transactions cannot read it.
create table former_members (
  tenant_id uuid not null references tenants on delete cascade,
  user_id uuid not null references users on delete cascade,
  display_name text not null,
  left_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index former_members_user_id_idx on former_members (user_id);
create index former_members_left_at_idx on former_members (left_at);
grant select, insert, update, delete on former_members to jobhax_login;
