-- A number waits for no disk: an append that uses it is written after it in the same log, and makes
-- it durable with itself. What a crash then loses nobody was told, so it may be given again.
create or replace function es.number(_estate text, _name text) returns bigint
language plpgsql security definer set search_path = es, pg_temp as $$
declare
    _value bigint;
begin
    perform es.assert_whole();
    perform set_config('synchronous_commit', 'off', true);
    perform set_config('linli.estate', _estate, true);
    insert into es.counter as c (estate, name, value) values (_estate, _name, 1)
        on conflict (estate, name) do update set value = c.value + 1 returning value into _value;
    return _value;
end $$;

-- What an append reads is a row by its whole key. A planner without statistics (a new or a restored
-- database) takes any index that begins with the estate, and any join, as equally good, and keeps
-- that plan: an append then reads all that the estate has. So one unique index alone begins with the
-- estate, and neither sorts nor whole tables are on offer.
alter table es.event add unique (command, estate, ordinal);
alter table es.event drop constraint event_estate_command_ordinal_key;
do $$
declare
    _append regprocedure := (select oid from pg_proc
                              where pronamespace = 'es'::regnamespace and proname = 'append');
    _setting text;
begin
    foreach _setting in array array['bitmapscan', 'seqscan', 'sort', 'hashjoin', 'mergejoin'] loop
        execute format('alter function %s set enable_%s = off', _append, _setting);
    end loop;
    -- Planning anew for what is in it costs more than any better plan would give.
    execute format('alter function %s set plan_cache_mode = force_generic_plan', _append);
end $$;
