-- When the user last opened or changed the application; null if never. The board marks the cards that email has changed since.
alter table job_applications add column seen_at timestamptz;
