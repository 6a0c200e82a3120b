-- Requests for access: a coach asks a member to see their applications. One row for each pair, which a repeated request renews. Only
-- the member grants access: by a row of access_grants, which only the owner of the data can insert.
create table access_requests (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,                     -- who is asked
  viewer_id uuid not null,                    -- who asks
  scope text not null check (scope in ('read', 'comment')),
  message text check (char_length(message) <= 500),
  state text not null check (state in ('pending', 'granted', 'declined', 'withdrawn')),
  created_at timestamptz not null,            -- when it was last sent
  answered_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, owner_id, viewer_id)
);
create index access_requests_viewer_id_idx on access_requests (tenant_id, viewer_id);
alter table access_requests enable row level security;
alter table access_requests force row level security;
create policy select_parties on access_requests for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid));
create policy insert_viewer on access_requests for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and viewer_id = nullif(current_setting('app.user_id', true), '')::uuid and state = 'pending'
    and current_setting('app.role', true) in ('owner', 'admin', 'coach'));
create policy update_parties on access_requests for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid))
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid and state in ('pending', 'withdrawn')));
create policy delete_never on access_requests for delete to jobhax_app using (false);
grant select, insert, update on access_requests to jobhax_app;
select mark_tenant_table('access_requests');
select add_foreign_key('access_requests', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('access_requests', 'viewer_id', 'memberships', 'user_id', 'on delete cascade');
