-- As before, but also what the user decided about an email can be taken out of the history. What an email changed by itself stays,
-- because nobody is the actor of its event.
create or replace function retract_last_event(p_tenant uuid, p_application uuid) returns boolean
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
      and e.from_stage_id is not null
    returning e.id into v_retracted;
  execute 'set local app.retract_event = ''off''';
  return v_retracted is not null;
end $$;
