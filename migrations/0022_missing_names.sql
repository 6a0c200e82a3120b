-- An email may name no title or no company. The column is null then; earlier versions stored a sentence in its place. The type
-- stays; changing it rewrites the rows of all tenants, which an update could not see.
drop index job_applications_company_idx;
alter table job_applications alter column job_title drop not null;
alter table job_applications alter column company drop not null;
alter table job_applications
  alter column search_text type text using
    trim(replace(replace(search_text, '(title not in the email)', ''), '(company not in the email)', ''));
alter table job_applications
  alter column match_key type text using
    case when company = '(company not in the email)' then '' else match_key end;
alter table job_applications
  alter column job_title type text using nullif(job_title, '(title not in the email)');
alter table job_applications
  alter column company type text using nullif(company, '(company not in the email)');
alter table job_applications add check (job_title is not null or company is not null);
create index job_applications_company_idx on job_applications (tenant_id, owner_id, coalesce(lower(company), ''), id desc)
  where deleted_at is null;
