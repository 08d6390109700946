-- A key has generations: the newest seals, those before only open, and each is destroyed when its
-- time is over. What is left of it then is a row without a box. Key-encryption keys are known by
-- name: one that was retired wraps nothing more, so that it can be destroyed.
alter table keys.data_key add column generation int not null default 1 check (generation > 0);
alter table keys.data_key add column spent boolean not null default false;  -- seals no more
alter table keys.data_key drop constraint data_key_pkey;
alter table keys.data_key add primary key (estate, subject, generation);
alter table keys.data_key alter column kek drop not null, alter column box drop not null;
create index data_key_kek on keys.data_key (kek) where box is not null;
create index data_key_made on keys.data_key (made_at) where box is not null;

create table keys.kek (
    name         text        primary key,
    seen_at      timestamptz not null default clock_timestamp(),
    retired_at   timestamptz,
    destroyed_at timestamptz
);
alter table keys.kek enable row level security;
alter table keys.kek force row level security;
create policy functions on keys.kek to current_user using (true);

-- What a process of the version before gets: it knows only first generations.
create or replace function keys.held(_estates text[], _subjects text[])
returns table (estate text, subject text, kek text, box bytea, destroyed boolean)
language sql stable security definer set search_path = keys, pg_temp as $$
    select w.estate, w.subject, k.kek, k.box, d.n is not null
      from unnest(_estates, _subjects) as w (estate, subject)
      left join keys.destroyed d on (d.estate, d.subject) = (w.estate, w.subject)
      left join keys.data_key k on (k.estate, k.subject, k.generation) = (w.estate, w.subject, 1)
     where d.n is not null or k.box is not null
$$;

create function keys.generations(_estates text[], _subjects text[])
returns table (estate text, subject text, destroyed boolean, generation int, kek text, box bytea,
               made_at timestamptz, spent boolean)
language sql stable security definer set search_path = keys, pg_temp as $$
    select w.estate, w.subject, d.n is not null, k.generation, k.kek, k.box, k.made_at, k.spent
      from unnest(_estates, _subjects) as w (estate, subject)
      left join keys.destroyed d on (d.estate, d.subject) = (w.estate, w.subject)
      left join keys.data_key k on d.n is null and (k.estate, k.subject) = (w.estate, w.subject)
     where d.n is not null or k.generation is not null
     order by k.generation
$$;

-- Says whether it may wrap. The lock keeps it from being retired until what it wrapped is there.
create function keys.wraps(_kek text) returns boolean
language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    lock table keys.kek in row exclusive mode;
    insert into keys.kek (name) values (_kek) on conflict do nothing;
    return (select retired_at is null from keys.kek where name = _kek);
end $$;

create function keys.add(_estates text[], _subjects text[], _generations int[], _kek text,
                         _boxes bytea[])
returns boolean language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    lock table keys.destroyed in share mode;
    if not keys.wraps(_kek) then
        return false;
    end if;
    insert into keys.data_key (estate, subject, generation, kek, box)
    select w.estate, w.subject, w.generation, _kek, w.box
      from unnest(_estates, _subjects, _generations, _boxes) as w (estate, subject, generation, box)
     where not exists (select from keys.destroyed d
                        where (d.estate, d.subject) = (w.estate, w.subject))
     order by 1, 2
        on conflict do nothing;
    return true;
end $$;

create or replace function keys.make(_estates text[], _subjects text[], _kek text, _boxes bytea[])
returns void language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    if not keys.add(_estates, _subjects, array_fill(1, array[cardinality(_estates)]), _kek, _boxes)
    then
        raise exception 'the key-encryption key was retired';
    end if;
end $$;

-- --- what the ageing of keys does ---------------------------------------------------------------

create function keys.keks() returns setof keys.kek
language sql stable security definer set search_path = keys, pg_temp as $$
    select * from keys.kek order by seen_at, name
$$;

-- After this returns nothing that it wraps is on its way any more.
create function keys.retire(_kek text) returns void
language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    lock table keys.kek in share row exclusive mode;
    insert into keys.kek (name, retired_at) values (_kek, clock_timestamp())
        on conflict (name) do update set retired_at = coalesce(kek.retired_at, clock_timestamp());
end $$;

create function keys.wrapped_by_retired(_most int)
returns table (estate text, subject text, generation int, kek text, box bytea)
language sql stable security definer set search_path = keys, pg_temp as $$
    select d.estate, d.subject, d.generation, d.kek, d.box
      from keys.data_key d join keys.kek k on k.name = d.kek
     where k.retired_at is not null and d.box is not null
     limit _most
$$;

create function keys.rewrap(_estates text[], _subjects text[], _generations int[], _olds text[],
                            _kek text, _boxes bytea[])
returns void language sql security definer set search_path = keys, pg_temp as $$
    update keys.data_key d set kek = _kek, box = w.box
      from unnest(_estates, _subjects, _generations, _olds, _boxes)
           as w (estate, subject, generation, old, box)
     where (d.estate, d.subject, d.generation, d.kek)
         = (w.estate, w.subject, w.generation, w.old) and d.box is not null
$$;

create function keys.kek_destroyed(_kek text) returns void
language sql security definer set search_path = keys, pg_temp as $$
    update keys.kek set destroyed_at = clock_timestamp() where name = _kek and retired_at is not null
$$;

-- What is sealed from now on, or from when those who hold a key ask again, is by another generation.
create function keys.spend(_estate text, _subject text) returns bigint
language sql security definer set search_path = keys, pg_temp as $$
    with spent as (
        update keys.data_key set spent = true
         where not spent and box is not null
           and coalesce(estate = _estate, true) and coalesce(subject = _subject, true)
        returning 1)
    select count(*) from spent
$$;

-- How many generations of a kind were made before then and are gone now, with all that they sealed.
create function keys.expire(_kind text, _before timestamptz) returns bigint
language sql security definer set search_path = keys, pg_temp as $$
    with gone as (
        update keys.data_key set kek = null, box = null
         where box is not null and made_at < _before and split_part(subject, ':', 1) = _kind
        returning 1)
    select count(*) from gone
$$;

revoke execute on all functions in schema keys from public;
grant usage on schema keys to linli_view;
grant execute on function keys.generations, keys.add to linli_app;
grant execute on function keys.keks, keys.wraps, keys.retire, keys.wrapped_by_retired, keys.rewrap,
    keys.kek_destroyed, keys.spend, keys.expire to linli_view;
