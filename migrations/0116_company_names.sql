-- A company that a user renamed or chose for an email is also known by the name that its email uses. These find such names.
create index job_applications_named_idx on job_applications (tenant_id, owner_id)
  where deleted_at is null and 'company' = any(user_edited_fields);
create index mail_messages_decided_idx on mail_messages (tenant_id, owner_id, application_id)
  where application_id is not null and decision in ('accepted', 'changed');
