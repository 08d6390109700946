-- Whole streams: the chain of what was published, watermarks, and a store that knows when it has to
-- be compared with Kafka before it may be written to.

-- `chain` is the hash up to position `chained`; an older version's relay moves `position` alone.
alter table es.relay add column chain bytea, add column chained bigint,
                     add column incarnation text;           -- the store that was compared last

-- Another value for whatever the store may have been put back by: a copy of its files needs a start
-- of the server, a dump makes another table. A vacuum full is as good as a restore: it costs a look.
create function es.incarnation() returns text language sql stable
return extract(epoch from pg_postmaster_start_time()) || ' ' || pg_relation_filepath('es.event');

-- An installation that has published goes on; an empty store is compared first: Kafka may have more.
update es.relay set incarnation = es.incarnation() where exists (select from es.relay where position > 0);

-- Positions, versions, reservations and numbers that Kafka already has would be given away again.
create function es.assert_whole() returns void language plpgsql as $$
declare
    _now text := es.incarnation();
begin
    if exists (select from es.relay r where r.incarnation is distinct from _now) then
        raise object_not_in_prerequisite_state using message =
            'the store was started or put back, and has not been compared with Kafka yet',
            hint = 'The relays do it when they have Kafka; their log says what is wrong.';
    end if;
end $$;

create or replace function es.number(_estate text, _name text) returns bigint
language plpgsql security definer set search_path = es, pg_temp as $$
declare
    _value bigint;
begin
    perform es.assert_whole();
    perform set_config('linli.estate', _estate, true);
    insert into es.counter as c (estate, name, value) values (_estate, _name, 1)
        on conflict (estate, name) do update set value = c.value + 1 returning value into _value;
    return _value;
end $$;

-- The moments that were promised: nothing is recorded before them any more, whatever the clock does.
create table es.mark (
    shard smallint    primary key,
    at    timestamptz not null
);

-- Every append asks this of each of its shards, under the shard's lock and before it writes.
create or replace function es.last_recorded(_shard smallint) returns timestamptz
language plpgsql as $$
declare
    _at timestamptz;
begin
    perform es.assert_whole();
    perform set_config('linli.shard', _shard::text, true);
    select greatest((select m.at from es.mark m where m.shard = _shard),
                    (select e.recorded_at from es.event e where e.shard = _shard
                      order by e.position desc limit 1)) into _at;
    perform set_config('linli.shard', '', true);
    return _at;
end $$;

-- No fact recorded before `at` will ever come after `position`.
create function es.watermark(_shard smallint, out "position" bigint, out at timestamptz)
language plpgsql security definer set search_path = es, pg_temp as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(1702, _shard);
    at := greatest(es.now(), es.last_recorded(_shard));
    insert into es.mark as m (shard, at) values (_shard, watermark.at)
        on conflict (shard) do update set at = excluded.at;
    perform set_config('linli.shard', _shard::text, true);
    position := coalesce((select max(e.position) from es.event e where e.shard = _shard), 0);
    perform set_config('linli.shard', '', true);
end $$;

revoke execute on function es.incarnation, es.assert_whole, es.watermark from public;
grant execute on function es.incarnation, es.watermark to linli_relay;
