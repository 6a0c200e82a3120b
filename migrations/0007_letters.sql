-- Mails that we send, the links in them, and from what a person has signed in. Global tables: they belong to people.

-- Work for a person need not be in a workspace, and a letter may go to somebody who is not known before it is written.
alter table job alter column workspace_id drop not null, alter column person_id drop not null;
alter table job drop constraint job_kind_check;
alter table job add constraint job_kind_check check (kind in ('import_mail', 'send_letter'));
create index job_by_person on job (person_id);

-- A mail that waits for being sent; gone when it is. It holds no secret: what a link needs is made while sending.
create table letter (
  id uuid primary key,
  kind text not null check (kind in ('confirm_email', 'reset_password', 'new_sign_in', 'password_changed')),
  user_id uuid references users on delete cascade, -- nothing where only an address was named
  email_key text not null,                    -- the address that was named; mail goes only to the one that the person has
  agent text,                                 -- from what was signed in, in our words
  created_at timestamptz not null
);
-- Of the letters that anybody can ask for, one waits at a time.
create unique index letter_asked_for on letter (kind, email_key) where kind in ('confirm_email', 'reset_password');
create index letter_by_user on letter (user_id);

-- A link that was sent: one a person and purpose, so that a newer one ends the older. Used, it is gone.
create table mail_link (
  user_id uuid not null references users on delete cascade,
  purpose text not null check (purpose in ('confirm_email', 'reset_password')),
  token_hash bytea not null unique,           -- SHA-256
  email_key text not null,                    -- the address that it was sent to: it proves that one and no other
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (user_id, purpose)
);
create index mail_link_expiring on mail_link (expires_at);

-- From what a person has signed in before, such as "Firefox on Linux".
create table known_agent (
  user_id uuid not null references users on delete cascade,
  agent text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (user_id, agent)
);

grant select, insert, update, delete on letter, mail_link, known_agent to jobhax_login;
