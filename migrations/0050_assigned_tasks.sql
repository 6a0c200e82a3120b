-- Tasks that a coach assigns to a client: who did, with the name at that time, because the task stays when the coach leaves or loses
-- the access. It refers to no row for the same reason.
alter table tasks add column assigned_by uuid;
alter table tasks add column assigned_by_name text check (char_length(assigned_by_name) <= 200);
alter table tasks add check ((assigned_by is null) = (assigned_by_name is null));

-- As before for the owner. Besides, who may comment on the owner's applications adds tasks in their own name, and deletes them as
-- long as they are open.
drop policy insert_own on tasks;
create policy insert_own_or_assigned on tasks for insert to jobhax_app
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])
        and assigned_by = nullif(current_setting('app.user_id', true), '')::uuid));
drop policy delete_own on tasks;
create policy delete_own_or_assigned on tasks for delete to jobhax_app
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (owner_id = nullif(current_setting('app.user_id', true), '')::uuid
      or owner_id = any (nullif(current_setting('app.commentable_owners', true), '')::uuid[])
        and assigned_by = nullif(current_setting('app.user_id', true), '')::uuid and done_at is null));
