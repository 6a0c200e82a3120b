-- Undoing a change of an application takes its event out of the history, so that everything is as before. The serving roles still
-- cannot delete events: they call this function, which deletes nothing but the last event of an application of the user, and only
-- if the user caused it. A creation, and what an email or silence changed, stays.
-- Runs with the rights of the owner of the table, for whom the policies show rows in this function alone.
create policy select_retract on application_events for select to current_user
  using (current_setting('app.retract_event', true) = 'on');
create policy delete_retract on application_events for delete to current_user
  using (current_setting('app.retract_event', true) = 'on');

create function retract_last_event(p_tenant uuid, p_application uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_user constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  v_last uuid;
  v_retracted uuid;
begin
  if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    return false;
  end if;
  execute 'set local app.retract_event = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  select e.id into v_last from public.application_events e
    where e.tenant_id = p_tenant and e.application_id = p_application
    order by e.recorded_at desc, e.from_stage_id is not null desc, e.id desc limit 1;
  delete from public.application_events e
    where e.tenant_id = p_tenant and e.id = v_last and e.owner_id = v_user and e.actor_id = v_user
      and e.from_stage_id is not null and e.mail_id is null
    returning e.id into v_retracted;
  execute 'set local app.retract_event = ''off''';
  return v_retracted is not null;
end $$;
revoke execute on function retract_last_event(uuid, uuid) from public;
grant execute on function retract_last_event(uuid, uuid) to jobhax_app;
