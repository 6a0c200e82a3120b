-- Emails about coaching: besides comments they report tasks that a coach assigns, requests for access, and access that a member grants.
-- What waits for an email has a kind and refers to its object: the comment or the task, or the other person, because a repeated request or
-- grant is the same row. A pair of people can be in several workspaces.
alter table comment_notifications rename to coaching_notifications;
alter table coaching_notifications rename column comment_id to object_id;
alter table coaching_notifications add column kind text not null default 'comment'
  check (kind in ('comment', 'task', 'access_request', 'access_grant'));
alter table coaching_notifications alter column kind drop default;
alter table coaching_notifications drop constraint comment_notifications_pkey;
alter table coaching_notifications add primary key (user_id, tenant_id, kind, object_id);
