-- Deleted applications can be brought back for thirty days; then they go for good, with their ledger.
--
-- Nobody who serves may remove from the ledger, and removing an application takes its entries along, so that is no longer
-- a right of the serving roles either. The one door is this function: it works with the rights of the tables' owner, and
-- the owner's policies show it nothing but what was deleted.
revoke delete on job_application from jobhax_app;
create index job_application_deleted on job_application (deleted_at) where deleted_at is not null;
create policy purge_see on job_application for select to current_user using (deleted_at is not null);
create policy purge on job_application for delete to current_user using (deleted_at is not null);

create function purge_applications(p_before timestamptz, p_most integer) returns integer
language sql security definer set search_path = pg_catalog, public as $$
  with due as (
    select a.tenant_id, a.id from public.job_application a
    where a.deleted_at <= p_before
    order by a.deleted_at
    limit p_most
  ), gone as (
    delete from public.job_application a using due
    where a.tenant_id = due.tenant_id and a.id = due.id and a.deleted_at <= p_before
    returning a.id
  )
  select count(*)::integer from gone
$$;
revoke execute on function purge_applications(timestamptz, integer) from public;
grant execute on function purge_applications(timestamptz, integer) to jobhax_login;
