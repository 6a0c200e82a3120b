-- The order in which members are listed: owners, admins, coaches and members, by name. A page of a large organization reads its own
-- rows only.
create index memberships_list_idx on memberships
  (tenant_id, array_position('{owner,admin,coach,member}'::text[], role), lower(display_name), user_id);
