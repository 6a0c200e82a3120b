-- Changes of the state of an application say from which stage and outcome to which. The changes that are stored already say nothing.
alter table changes add column transition jsonb check (jsonb_typeof(transition) = 'object');

-- Names and kinds of stages, as `append_changes` stores them.
create policy select_append on stages for select to current_user
  using (current_setting('app.append_changes', true) = 'on');

-- As before, and stores transitions: an array with an element for each change, null or the ids of both stages and both outcomes. A
-- server of the release before calls it without.
drop function append_changes(uuid, text[], uuid[], uuid[], uuid[]);
create function append_changes(
  p_tenant uuid, p_types text[], p_objects uuid[], p_owners uuid[], p_applications uuid[], p_transitions jsonb default '[]')
returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  v_count constant integer := cardinality(p_types);
  v_tenant constant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_owners constant uuid[] := array[nullif(current_setting('app.user_id', true), '')::uuid]
    || nullif(current_setting('app.commentable_owners', true), '')::uuid[];
  v_ids constant uuid[] := array(
    select distinct stage.id::uuid
    from jsonb_array_elements(p_transitions) t, lateral (values (t ->> 'from_status'), (t ->> 'to_status')) stage (id)
    where stage.id is not null);
  v_stages jsonb;
  v_transition jsonb;
  v_last bigint;
  v_id uuid;
  v_now timestamptz;
begin
  if v_tenant <> p_tenant or not array_remove(p_owners, null) <@ v_owners then
    raise insufficient_privilege using message = 'changes of others';
  end if;
  execute 'set local app.append_changes = ''on'''; -- a statement, so that Citus forwards it to the other nodes
  if cardinality(v_ids) > 0 then
    select jsonb_object_agg(s.id, jsonb_build_object('id', s.id, 'value', s.name, 'kind', s.kind)) into v_stages
      from public.stages s where s.tenant_id = p_tenant and s.id = any(v_ids);
  end if;
  insert into public.change_sequences (tenant_id, last_number) values (p_tenant, 0) on conflict (tenant_id) do nothing;
  update public.change_sequences s set last_number = s.last_number + v_count
    where s.tenant_id = p_tenant returning s.last_number into v_last;
  v_now := clock_timestamp(); -- after the lock, so that times are in the order of the numbers
  for n in 1..v_count loop
    v_id := gen_random_uuid();
    v_transition := nullif(p_transitions -> (n - 1), 'null');
    if v_transition is not null then
      v_transition := v_transition || jsonb_build_object(
        'from_status', v_stages -> (v_transition ->> 'from_status'), 'to_status', v_stages -> (v_transition ->> 'to_status'));
    end if;
    insert into public.changes (tenant_id, number, id, owner_id, type, object_id, application_id, transition, committed_at)
      values (p_tenant, v_last - v_count + n, v_id, p_owners[n], p_types[n], p_objects[n], p_applications[n], v_transition, v_now);
  end loop;
  execute 'set local app.append_changes = ''off''';
end $$;
revoke execute on function append_changes(uuid, text[], uuid[], uuid[], uuid[], jsonb) from public;
grant execute on function append_changes(uuid, text[], uuid[], uuid[], uuid[], jsonb) to jobhax_app, jobhax_login;
