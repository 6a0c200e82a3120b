-- Interviews of applications: added by the user, or made of invitations that arrive by email.
create table interviews (
  tenant_id uuid not null references tenants on delete cascade,
  id uuid not null,
  owner_id uuid not null,
  application_id uuid not null,
  kind text not null check (kind in ('phone', 'video', 'onsite', 'other')),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  time_zone text check (char_length(time_zone) between 1 and 60), -- in which it was arranged, an IANA name
  place text check (char_length(place) between 1 and 500),        -- a room, an address, or a link to a call
  notes text check (char_length(notes) between 1 and 5000),
  mail_id uuid,                               -- the message that says when it takes place
  calendar_uid text check (octet_length(calendar_uid) <= 1000), -- of the invitation; null if the user added it
  sequence integer not null default 0,        -- number of the last change
  created_at timestamptz not null,
  updated_at timestamptz not null,
  cancelled_at timestamptz,
  edited_at timestamptz,                      -- changed by the user, so that no message changes it any more
  deleted_at timestamptz,                     -- deleted by the user; remains so that no message makes it again
  primary key (tenant_id, id)
);
create index interviews_application_id_idx on interviews (tenant_id, application_id, starts_at);
create index interviews_starts_at_idx on interviews (tenant_id, owner_id, starts_at) where deleted_at is null;
create index interviews_calendar_uid_idx on interviews (tenant_id, owner_id, calendar_uid) where calendar_uid is not null;
select protect_tenant_table('interviews', 'visible', 'own');
grant select, insert, update, delete on interviews to jobhax_app;
select mark_tenant_table('interviews');
select add_foreign_key('interviews', 'owner_id', 'memberships', 'user_id', 'on delete cascade');
select add_foreign_key('interviews', 'application_id', 'job_applications', 'id', 'on delete cascade');

-- What a merge moved.
alter table application_merges add column interview_ids uuid[] not null default '{}';
