-- The notes of a user are counted before one is added.
create index notes_owner_id_idx on notes (tenant_id, owner_id);
