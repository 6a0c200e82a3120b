-- Small imports have a lane of their own. In each lane, users take turns: after a job of theirs has run, all their jobs wait behind
-- those of the others.
alter table background_jobs add column turn_at timestamptz not null default now(); -- since when it waits for its user's turn
alter table background_jobs drop constraint background_jobs_lane_check;
alter table background_jobs add check (lane in ('interactive', 'short', 'bulk'));
