-- The event store of one service. Its table is also its outbox.
create extension if not exists btree_gist;                -- a trusted extension: no superuser needed
create schema es;

-- `shard` is the append lock, the relay's lease, the Kafka partition and the reader's cursor.
create table es.event (
    shard       smallint    not null,
    position    bigint      generated always as identity,   -- cache 1: grows in lock order
    estate      text        not null,
    stream      text        not null,
    version     bigint      not null check (version > 0),
    command     uuid        not null,
    ordinal     smallint    not null,       -- 1, 2, … within the command
    request     uuid        not null,       -- a hash of the request's route and body
    type        text        not null,
    data        json        not null check (octet_length(data::text) <= 262144),
    meta        json        not null,
    id          uuid        not null,
    correlation uuid        not null,
    causation   uuid,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (shard, position),
    unique (estate, stream, version),
    -- Not (…, version): a retry decided anew has other versions, and would be let in.
    unique (estate, command, ordinal)
);

-- A rule over many streams: who holds a slot of a key of a scope (an estate, or a company), and when.
create table es.reservation (
    estate text      not null,              -- the holder's
    stream text      not null,
    scope  text      not null,
    kind   text      not null,
    key    text      not null,
    slot   smallint  not null,
    during tstzrange not null,
    exclude using gist (scope with =, kind with =, key with =, slot with =, during with &&)
);
create index on es.reservation (estate, stream);

-- Told to their streams when they are due; written with the event that sets them.
create table es.timer (
    estate text        not null,
    stream text        not null,
    name   text        not null,
    due_at timestamptz not null,
    primary key (estate, stream, name)
);
create index on es.timer (due_at);

create table es.counter (
    estate text   not null,
    name   text   not null,
    value  bigint not null,
    primary key (estate, name)
);

create table es.relay (
    shard    smallint primary key,
    position bigint   not null default 0                    -- Kafka has all up to here
);
insert into es.relay (shard) select generate_series(0, 15);

create function es.shard_of(estate text) returns smallint language sql immutable parallel safe
return (('x' || substr(md5(estate), 1, 4))::bit(16)::int % 16)::smallint;

-- Domain time, for `recorded_at`. (Leases and timeouts use clock_timestamp() itself.)
create function es.now() returns timestamptz language sql volatile return clock_timestamp();

-- Fail closed: with nothing set no row matches. One estate, set for each command: a list would be
-- parsed anew by every statement of a group, which made an append twice as dear.
alter table es.event enable row level security;
alter table es.event force row level security;
alter table es.reservation enable row level security;
alter table es.reservation force row level security;
alter table es.counter enable row level security;
alter table es.counter force row level security;
create policy tenant on es.event
 using (estate = nullif(current_setting('linli.estate', true), ''));
alter table es.timer enable row level security;
alter table es.timer force row level security;
create policy tenant on es.timer
 using (estate = nullif(current_setting('linli.estate', true), ''));
create policy relay on es.timer to linli_relay using (true);
create policy tenant on es.counter
 using (estate = nullif(current_setting('linli.estate', true), ''));
-- By holder, to give back; by scope, to see who is in the way.
create policy holder on es.reservation
 using (estate = nullif(current_setting('linli.estate', true), ''));
create policy scope on es.reservation for select
 using (scope = any (nullif(current_setting('linli.scopes', true), '')::text[]));
create policy relay on es.event for select to linli_relay using (true);

-- The stream's events, from whichever of the caller's estates has it: an id alone does not say.
create function es.load(_estates text[], _stream text)
returns table (estate text, version bigint, type text, data json, correlation uuid)
language plpgsql as $$
#variable_conflict use_column
begin
    foreach estate in array _estates loop
        perform set_config('linli.estate', estate, true);
        return query select e.estate, e.version, e.type, e.data, e.correlation from es.event e
                      where e.estate = load.estate and e.stream = _stream order by e.version;
        exit when found;
    end loop;
end $$;

-- What a command id was used for: the events it wrote, in order.
create function es.done(_estates text[], _command uuid)
returns table (estate text, stream text, version bigint, shard smallint, "position" bigint,
               request uuid, type text, data json, meta json)
language plpgsql as $$
#variable_conflict use_column
begin
    foreach estate in array _estates loop
        perform set_config('linli.estate', estate, true);
        return query select e.estate, e.stream, e.version, e.shard, e.position, e.request,
                            e.type, e.data, e.meta from es.event e
                      where e.estate = done.estate and e.command = _command order by e.ordinal;
        exit when found;
    end loop;
end $$;

-- The next number of a series of an estate; gaps stay.
create function es.number(_estate text, _name text) returns bigint
language plpgsql security definer set search_path = es, pg_temp as $$
declare
    _value bigint;
begin
    perform set_config('linli.estate', _estate, true);
    insert into es.counter as c (estate, name, value) values (_estate, _name, 1)
        on conflict (estate, name) do update set value = c.value + 1 returning value into _value;
    return _value;
end $$;

-- The stream in the way of what a command wants to hold, after what it gives back.
create function es.holder(_estate text, _stream text, _holds json)
returns table (kind text, stream text) language sql stable
begin atomic
    select h.kind, min(r.stream)
      from json_to_recordset(_holds) as h (scope text, kind text, key text, during tstzrange,
                                           slots smallint, release boolean)
      join es.reservation r on (r.scope, r.kind, r.key) = (h.scope, h.kind, h.key)
     where not h.release and r.during && h.during
       and not (r.estate = _estate and r.stream = _stream and exists (
               select from json_to_recordset(_holds) as b (kind text, key text, release boolean)
                where b.release and b.kind = r.kind and coalesce(b.key, r.key) = r.key))
     group by h.scope, h.kind, h.key, h.during, h.slots
    having count(distinct r.slot) >= h.slots
     limit 1;
end;

create function es.hold(_estate text, _stream text, _holds json) returns void
language plpgsql as $$
declare
    _hold record;
begin
    delete from es.reservation r
     using json_to_recordset(_holds) as b (kind text, key text, release boolean)
     where b.release and r.estate = _estate and r.stream = _stream
       and b.kind = r.kind and coalesce(b.key, r.key) = r.key;
    for _hold in select * from json_to_recordset(_holds) as h (scope text, kind text, key text,
                                     during tstzrange, slots smallint, release boolean)
                  where not h.release loop
        insert into es.reservation (estate, stream, scope, kind, key, slot, during)
        select _estate, _stream, _hold.scope, _hold.kind, _hold.key, min(s), _hold.during
          from generate_series(1, _hold.slots) s
         where not exists (select from es.reservation r
                            where (r.scope, r.kind, r.key) = (_hold.scope, _hold.kind, _hold.key)
                              and r.slot = s and r.during && _hold.during);
    end loop;
end $$;

create function es.remind(_estate text, _stream text, _reminders json) returns void
language sql begin atomic
    delete from es.timer t
     using json_to_recordset(_reminders) as r (name text, due_at timestamptz)
     where r.due_at is null and t.estate = _estate and t.stream = _stream
       and coalesce(r.name, t.name) = t.name;
    insert into es.timer (estate, stream, name, due_at)
    select _estate, _stream, r.name, r.due_at
      from json_to_recordset(_reminders) as r (name text, due_at timestamptz)
     where r.due_at is not null
        on conflict (estate, stream, name) do update set due_at = excluded.due_at;
end;

-- Carries out a group of commands, each with its own outcome; one call, one round trip.
--   appended | repeated (same command, same request: the first answer) | reused (same command,
--   other request) | conflict (the stream or a guarded one moved) | taken (holder has held_kind)
-- A shard's lock makes commit order equal position order inside it, so a reader that keeps one
-- cursor a shard can neither skip an event nor see two of one stream swapped. All locks are taken
-- before any row, shards first and then reservation keys, each in order: two groups never deadlock.
-- Without the key locks they do: a company's keys are shared by estates of different shards.
create function es.append(
    _scopes text[],                                             -- every scope in _holds
    _estates text[], _streams text[], _expected bigint[], _commands uuid[], _requests uuid[],
    _metas json[], _correlations uuid[], _causations uuid[], _counts int[],
    _guards json[], _holds json[], _reminders json[],           -- of a command; null for none
    _ids uuid[], _types text[], _data json[], _occurred timestamptz[]   -- of all events, flat
) returns table (outcome text, version bigint, shard smallint, "position" bigint,
                 held_kind text, holder text)
language plpgsql security definer set search_path = es, pg_temp as $$
#variable_conflict use_column
declare
    _k int := 0; _n int; _lock bigint; _shard smallint; _position bigint; _done record;
    _moved boolean; _now timestamptz; _last timestamptz[] := array_fill(null::timestamptz, array[16]);
begin
    for _lock in select distinct es.shard_of(e) from unnest(_estates) e order by 1 loop
        perform pg_advisory_xact_lock(1702, _lock::int);
    end loop;
    if _scopes <> '{}' then
        perform set_config('linli.scopes', _scopes::text, true);
        for _lock in
            select distinct hashtextextended(concat_ws(chr(31), h.scope, h.kind, h.key), 1703)
              from unnest(_holds) c,
                   json_to_recordset(c) as h (scope text, kind text, key text, release boolean)
             where not h.release order by 1 loop
            perform pg_advisory_xact_lock(_lock);
        end loop;
    end if;
    _now := es.now();

    for i in 1 .. cardinality(_estates) loop
        perform set_config('linli.estate', _estates[i], true);   -- row-level security reads this
        _n := _counts[i];
        _shard := es.shard_of(_estates[i]);
        version := _expected[i] + _n;
        _position := null;
        held_kind := null;
        holder := null;
        if _last[_shard + 1] is null then
            -- Never back in time within a shard, whatever the server's clock does.
            _last[_shard + 1] := greatest(_now, es.last_recorded(_shard));
        end if;
        _moved := _guards[i] is not null and exists (
            select from json_to_recordset(_guards[i]) as g (stream text, version bigint)
             where g.version <> coalesce((select max(e.version) from es.event e
                      where e.estate = _estates[i] and e.stream = g.stream), 0));
        if _holds[i] is not null then
            select h.kind, h.stream into held_kind, holder
              from es.holder(_estates[i], _streams[i], _holds[i]) h;
        end if;
        if not _moved and holder is null then
            -- Optimistic: the two constraints and the predecessor say whether it may be written.
            insert into es.event (shard, estate, stream, version, command, ordinal, request, type,
                                  data, meta, id, correlation, causation, occurred_at, recorded_at)
            select _shard, _estates[i], _streams[i], _expected[i] + 1, _commands[i], 1, _requests[i],
                   _types[_k + 1], _data[_k + 1], _metas[i], _ids[_k + 1], _correlations[i],
                   _causations[i], _occurred[_k + 1], _last[_shard + 1]
             where _expected[i] = 0
                or exists (select from es.event p where p.estate = _estates[i]
                              and p.stream = _streams[i] and p.version = _expected[i])
                on conflict do nothing returning event.position into _position;
        end if;
        if _position is not null then
            outcome := 'appended';
            if _n > 1 then
                insert into es.event (shard, estate, stream, version, command, ordinal, request,
                                      type, data, meta, id, correlation, causation, occurred_at,
                                      recorded_at)
                select _shard, _estates[i], _streams[i], _expected[i] + j, _commands[i], j,
                       _requests[i], _types[_k + j], _data[_k + j], _metas[i], _ids[_k + j],
                       _correlations[i], _causations[i], _occurred[_k + j], _last[_shard + 1]
                  from generate_series(2, _n) j order by j;
                _position := (select e.position from es.event e where e.estate = _estates[i]
                                 and e.stream = _streams[i] and e.version = _expected[i] + _n);
            end if;
            if _holds[i] is not null then
                perform es.hold(_estates[i], _streams[i], _holds[i]);
            end if;
            if _reminders[i] is not null then
                perform es.remind(_estates[i], _streams[i], _reminders[i]);
            end if;
        else
            select e.version, e.position, e.request into _done from es.event e
             where e.estate = _estates[i] and e.command = _commands[i]
             order by e.ordinal desc limit 1;
            if found then
                outcome := case when _done.request = _requests[i] then 'repeated' else 'reused' end;
                version := _done.version;
                _position := _done.position;
            else
                version := coalesce((select max(e.version) from es.event e
                               where e.estate = _estates[i] and e.stream = _streams[i]), 0);
                outcome := case when version = _expected[i] and not _moved then 'taken'
                                else 'conflict' end;
            end if;
        end if;
        if outcome <> 'taken' then
            held_kind := null;
            holder := null;
        end if;
        shard := _shard;
        position := _position;
        _k := _k + _n;
        return next;
    end loop;
end $$;

-- For the owner alone, so for es.append: the last event of a shard may be of another estate.
create policy last_recorded on es.event for select to current_user
 using (shard = nullif(current_setting('linli.shard', true), '')::smallint);
create function es.last_recorded(_shard smallint) returns timestamptz language plpgsql as $$
declare
    _at timestamptz;
begin
    perform set_config('linli.shard', _shard::text, true);
    select e.recorded_at into _at from es.event e
     where e.shard = _shard order by e.position desc limit 1;
    perform set_config('linli.shard', '', true);
    return _at;
end $$;

-- The application writes through es.append and es.number only; what it reads is its estate's.
revoke execute on all functions in schema es from public;
grant usage on schema es to linli_app, linli_relay;
grant execute on function es.append, es.load, es.done, es.number, es.shard_of to linli_app;
grant select on es.event, es.reservation, es.counter to linli_app;
grant execute on function es.now to linli_relay;
grant select on es.event to linli_relay;
grant select, delete on es.timer to linli_relay;
grant select, update on es.relay to linli_relay;
grant select on es.relay to linli_app;
