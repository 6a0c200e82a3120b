-- Users, tenants (called workspaces in the user interface) and memberships. Global tables: rarely written, referenced by
-- tenant tables.
create table users (
  id uuid primary key,
  email text not null,
  email_normalized text not null unique,      -- case-folded
  password_hash text,                         -- null for users who only sign in through an OAuth provider
  first_name text,
  last_name text,
  email_verified_at timestamptz,
  time_zone text not null default 'UTC',
  created_at timestamptz not null,
  expires_at timestamptz                      -- set for demo accounts
);
create index users_expires_at_idx on users (expires_at) where expires_at is not null;

create table tenants (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  kind text not null check (kind in ('personal', 'organization')),
  created_at timestamptz not null,
  expires_at timestamptz                      -- set for demo workspaces
);
create index tenants_expires_at_idx on tenants (expires_at) where expires_at is not null;

create table memberships (
  tenant_id uuid not null references tenants on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'coach', 'member')),
  display_name text not null,                 -- the user's name as other members see it
  joined_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index memberships_user_id_idx on memberships (user_id, joined_at);

grant select, insert, update, delete on users, tenants, memberships to jobhax_login;
grant select on memberships to jobhax_app;

-- The login looks up the tenants of a user; inside a tenant only its own memberships are visible.
alter table memberships enable row level security;
alter table memberships force row level security;
create policy all_login on memberships to jobhax_login using (true) with check (true);
create policy select_tenant on memberships for select to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);

-- Called at the beginning of a tenant transaction that writes, so that the membership cannot be deleted before it ends. All
-- transactions lock in the same order: user, membership, rows of the tenant. Otherwise, one that locks a row first and then, by
-- a foreign key, the tenant, would deadlock with the deletion of the tenant. Raises JH003 if the membership does not exist.
create function lock_membership(p_tenant uuid, p_user uuid) returns void language plpgsql as $$
begin
  perform from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user for key share;
  if not found then
    raise exception 'the membership does not exist' using errcode = 'JH003';
  end if;
end $$;
revoke execute on function lock_membership(uuid, uuid) from public;
grant execute on function lock_membership(uuid, uuid) to jobhax_login;

-- Permissions to see rows of another member of the tenant.
create table access_grants (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,                     -- the user who owns the rows
  viewer_id uuid not null,                    -- the user who may see them
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, owner_id, viewer_id)
);
create index access_grants_viewer_id_idx on access_grants (tenant_id, viewer_id);
select protect_tenant_table('access_grants', 'tenant', 'own');
grant select, insert, update, delete on access_grants to jobhax_app;
select mark_tenant_table('access_grants');
select add_foreign_key('access_grants', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('access_grants', 'viewer_id', 'memberships', 'user_id', 'on delete cascade');
