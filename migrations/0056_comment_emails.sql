-- Emails about comments: who wants them, when the last one was sent, and which comments the next one is about. Global tables, because a
-- user gets at most one such email an hour from all workspaces together.

-- A user without a row wants them and was sent none yet.
create table comment_emails (
  user_id uuid primary key references users on delete cascade,
  is_enabled boolean not null default true,
  last_sent_at timestamptz
);

-- A comment that a user has not been emailed about yet; deleted when the email was sent. Contains ids only: whether the comment still exists
-- and the user may see it is decided when the email is sent. The tenant is no foreign key, because its row would be locked before the
-- membership of the author; rows of a deleted tenant are deleted by the job that finds them.
create table comment_notifications (
  user_id uuid not null references users on delete cascade,
  tenant_id uuid not null,
  comment_id uuid not null,
  created_at timestamptz not null,
  primary key (user_id, comment_id)
);
grant select, insert, update, delete on comment_emails, comment_notifications to jobhax_login;
