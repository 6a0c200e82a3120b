-- Coaching by consent: what a grant allows, who looked at what, and comments.

-- With the scope `comment` the viewer may also comment on the owner's applications.
alter table access_grants add column scope text not null default 'read' check (scope in ('read', 'comment'));

-- Only the two people it is about see a grant.
drop policy select_tenant on access_grants;
create policy select_parties on access_grants for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid));

-- As before, with two differences: a grant counts only while the viewer's role is one that may have clients, and the owners on
-- whose applications the user may comment are set, too.
create or replace function set_tenant_context(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
declare
  v_role text;
  v_visible text;
  v_commentable text;
begin
  execute 'set local role jobhax_app';
  execute format('set local app.tenant_id = %L', p_tenant);
  execute format('set local app.user_id = %L', p_user);
  select m.role into v_role from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user;
  execute format('set local app.role = %L', coalesce(v_role, ''));
  if v_role in ('owner', 'admin', 'coach') then
    select array_agg(g.owner_id)::text, (array_agg(g.owner_id) filter (where g.scope = 'comment'))::text
      into v_visible, v_commentable
      from public.access_grants g
      where g.tenant_id = p_tenant and g.viewer_id = p_user and (g.expires_at is null or g.expires_at > now());
  end if;
  execute format('set local app.visible_owners = %L', coalesce(v_visible, ''));
  execute format('set local app.commentable_owners = %L', coalesce(v_commentable, ''));
end $$;

-- Who looked at whose data: at most one row for each viewer, owner, application and hour. Without an application it was a list,
-- the board or the metrics. The owner of the data reads it; the viewer sees their own rows, because inserting returns them. Nobody
-- can change it. The viewer is not a foreign key: the rows stay when the viewer leaves.
create table access_log (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  viewer_id uuid not null,
  application_id uuid,
  hour timestamptz not null,
  viewed_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index access_log_view_key on access_log (tenant_id, owner_id, hour, viewer_id, application_id) nulls not distinct;
create index access_log_viewed_at_idx on access_log (tenant_id, owner_id, viewed_at desc, id desc);
create index access_log_application_id_idx on access_log (tenant_id, application_id);
alter table access_log enable row level security;
alter table access_log force row level security;
create policy select_parties on access_log for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or viewer_id = nullif(current_setting('app.user_id', true), '')::uuid));
create policy insert_viewer on access_log for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and viewer_id = nullif(current_setting('app.user_id', true), '')::uuid
    and owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[]));
create policy update_never on access_log for update to jobhax_app using (false) with check (false);
create policy delete_never on access_log for delete to jobhax_app using (false);
grant select, insert on access_log to jobhax_app;
select mark_tenant_table('access_log');
select add_foreign_key('access_log', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('access_log', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- Comments on an application, by its owner and by viewers with the scope `comment`. Both see them; the author edits, the author
-- and the owner delete.
create table application_comments (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,                     -- the owner of the application
  application_id uuid not null,
  author_id uuid not null,
  text text not null check (char_length(text) between 1 and 5000),
  created_at timestamptz not null,
  updated_at timestamptz,
  primary key (tenant_id, id)
);
create index application_comments_application_id_idx on application_comments (tenant_id, application_id, created_at);
create index application_comments_owner_id_idx on application_comments (tenant_id, owner_id);
create index application_comments_author_id_idx on application_comments (tenant_id, author_id);
alter table application_comments enable row level security;
alter table application_comments force row level security;
create policy select_visible on application_comments for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.visible_owners', true), '')::uuid[])));
create policy insert_author on application_comments for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and author_id = nullif(current_setting('app.user_id', true), '')::uuid
    and (owner_id = author_id or owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])));
create policy update_author on application_comments for update to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and author_id = nullif(current_setting('app.user_id', true), '')::uuid
    and (owner_id = author_id or owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])))
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and author_id = nullif(current_setting('app.user_id', true), '')::uuid
    and (owner_id = author_id or owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])));
create policy delete_party on application_comments for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or author_id = nullif(current_setting('app.user_id', true), '')::uuid
        and owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])));
grant select, insert, update, delete on application_comments to jobhax_app;
select mark_tenant_table('application_comments');
select add_foreign_key('application_comments', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('application_comments', 'author_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('application_comments', 'application_id', 'job_applications', 'id', 'on delete cascade');
