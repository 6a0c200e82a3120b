-- Webhooks: endpoints that get the changes of their user, and what was sent to them.
--
-- An endpoint reads the changes feed: `position` is the number of the last change that was looked at, so a change is delivered if and
-- only if it was committed. The background job of the endpoint makes deliveries of changes and sends them.

create table webhook_endpoints (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  url text not null check (char_length(url) between 1 and 2000),
  description text not null check (char_length(description) <= 200),
  events text[] not null check (cardinality(events) between 1 and 50), -- types, or names that stand for several
  state text not null check (state in ('enabled', 'disabled', 'failing', 'gone')),
  secret bytea not null,                      -- encrypted, bound to the row
  previous_secret bytea,                      -- signs as well until previous_secret_until
  previous_secret_until timestamptz,
  position bigint not null check (position >= 0),
  failing_since timestamptz,                  -- when the first of the failures in a row happened
  failed_rounds integer not null default 0 check (failed_rounds >= 0), -- rounds in a row in which every request failed
  paused_until timestamptz,                   -- nothing is sent before this time
  is_reported boolean not null default false, -- whether the user knows that it was disabled
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index webhook_endpoints_owner_id_idx on webhook_endpoints (tenant_id, owner_id);
select protect_tenant_table('webhook_endpoints', 'own', 'own');
create policy select_counted on webhook_endpoints for select to current_user
  using (current_setting('app.count_usage', true) = 'on');
grant select, insert, update, delete on webhook_endpoints to jobhax_app;
select mark_tenant_table('webhook_endpoints');
select add_foreign_key('webhook_endpoints', 'owner_id', 'memberships', 'user_id', 'on delete cascade');

-- An event for one endpoint. Kept for thirty days.
create table webhook_deliveries (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,                     -- id of the change, the same in each attempt
  type text not null check (char_length(type) between 1 and 50),
  application_id uuid,                        -- it may no longer exist
  order_key uuid not null,                    -- deliveries with the same one are sent in order: the application, or else the object
  number bigint not null,                     -- of the change in the feed
  payload text not null,                      -- the body of the request
  status text not null check (status in ('pending', 'delivered', 'failed')),
  failures integer not null default 0 check (failures >= 0), -- attempts that failed since it was created or sent again
  next_attempt_at timestamptz,                -- null unless pending
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, endpoint_id, event_id),
  check ((status = 'pending') = (next_attempt_at is not null))
);
create index webhook_deliveries_pending_idx on webhook_deliveries (tenant_id, endpoint_id, order_key, number) where status = 'pending';
create index webhook_deliveries_created_at_idx on webhook_deliveries (tenant_id, endpoint_id, created_at, id);
create index webhook_deliveries_owner_id_idx on webhook_deliveries (tenant_id, owner_id);
select protect_tenant_table('webhook_deliveries', 'own', 'own');
grant select, insert, update, delete on webhook_deliveries to jobhax_app;
select mark_tenant_table('webhook_deliveries');
select add_foreign_key('webhook_deliveries', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('webhook_deliveries', 'endpoint_id', 'webhook_endpoints', 'id', 'on delete cascade');

-- A request to an endpoint.
create table webhook_attempts (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  delivery_id uuid not null,
  attempted_at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  status_code integer,                        -- null without a response
  error text check (char_length(error) <= 500), -- why there was no response
  response text check (char_length(response) <= 1000), -- the beginning of its body
  primary key (tenant_id, id)
);
create index webhook_attempts_delivery_id_idx on webhook_attempts (tenant_id, delivery_id, attempted_at);
create index webhook_attempts_owner_id_idx on webhook_attempts (tenant_id, owner_id);
select protect_tenant_table('webhook_attempts', 'own', 'append');
grant select, insert on webhook_attempts to jobhax_app;
select mark_tenant_table('webhook_attempts');
select add_foreign_key('webhook_attempts', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('webhook_attempts', 'delivery_id', 'webhook_deliveries', 'id', 'on delete cascade');

-- As before, and counts webhook endpoints.
create or replace function quota_usage(p_tenant uuid, p_quota text) returns table (used bigint, own_limit bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    used := 0; -- like a tenant without rows
    return next;
    return;
  end if;
  execute 'set local app.count_usage = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  if p_quota in ('applications', 'file_bytes') then
    select coalesce(sum(c.used), 0) into used from public.usage_counts c where c.tenant_id = p_tenant and c.quota = p_quota;
  elsif p_quota = 'mailboxes' then
    select count(*) into used from public.mailboxes b where b.tenant_id = p_tenant and b.kind <> 'upload';
  elsif p_quota = 'webhook_endpoints' then
    select count(*) into used from public.webhook_endpoints e where e.tenant_id = p_tenant;
  else
    raise invalid_parameter_value using message = 'unknown quota';
  end if;
  execute 'set local app.count_usage = ''off''';
  select (t.quotas ->> p_quota)::bigint into own_limit from public.tenants t where t.id = p_tenant;
  return next;
end $$;

-- Requests to endpoints have a lane of their own: they wait for other servers.
alter table background_jobs drop constraint background_jobs_lane_check;
alter table background_jobs add check (lane in ('interactive', 'short', 'bulk', 'webhooks'));
-- A change makes the jobs of its workspace's endpoints due.
create index background_jobs_webhooks_idx on background_jobs (tenant_id) where lane = 'webhooks';

alter table outbound_emails drop constraint outbound_emails_kind_check;
alter table outbound_emails add check (kind in
  ('verify_email', 'reset_password', 'new_sign_in', 'password_changed', 'refresh_token_reused', 'invitation', 'api_key_added',
   'webhook_added', 'webhook_disabled'));
