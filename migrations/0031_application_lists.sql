-- Lists by job title, and those of one source, in their order.
create index job_applications_job_title_idx on job_applications (tenant_id, owner_id, coalesce(lower(job_title), ''), id desc)
  where deleted_at is null;
create index job_applications_source_idx on job_applications (tenant_id, owner_id, source, apply_date desc, id desc)
  where deleted_at is null;
