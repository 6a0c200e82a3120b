-- The list of the notes of all applications, by the time of their last change.
create index notes_changed_at_idx on notes (tenant_id, owner_id, (coalesce(updated_at, created_at)), id);
