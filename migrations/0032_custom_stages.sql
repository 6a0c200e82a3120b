-- Stages of a workspace can be added, renamed, colored, ordered and deleted.

-- One of nine names; null for the color of the kind.
alter table stages add column color text;
alter table stages add check (color in ('slate', 'blue', 'violet', 'amber', 'green', 'red', 'clay', 'gray', 'emerald'));
-- Events refer to a deleted stage, so it stays, with a negative position. Members who still have applications there see it.
alter table stages add column deleted_at timestamptz;
