-- One data key for each person or matter of an estate, wrapped. What was destroyed is remembered, so
-- that no other key takes its place and readers can forget it.
create schema keys;

create table keys.data_key (
    estate  text        not null,
    subject text        not null,   -- person:<id> or matter:<id>
    kek     text        not null,   -- the name of the key-encryption key
    box     bytea       not null,
    made_at timestamptz not null default clock_timestamp(),
    primary key (estate, subject)
);

create table keys.destroyed (
    estate       text        not null,
    subject      text        not null,
    n            bigint      generated always as identity unique,
    destroyed_at timestamptz not null default clock_timestamp(),
    primary key (estate, subject)
);

-- No login but the owner, whose functions these are, has any right here.
alter table keys.data_key enable row level security;
alter table keys.data_key force row level security;
alter table keys.destroyed enable row level security;
alter table keys.destroyed force row level security;
create policy functions on keys.data_key to current_user using (true);
create policy functions on keys.destroyed to current_user using (true);

create function keys.held(_estates text[], _subjects text[])
returns table (estate text, subject text, kek text, box bytea, destroyed boolean)
language sql stable security definer set search_path = keys, pg_temp as $$
    select w.estate, w.subject, k.kek, k.box, d.n is not null
      from unnest(_estates, _subjects) as w (estate, subject)
      left join keys.destroyed d on (d.estate, d.subject) = (w.estate, w.subject)
      left join keys.data_key k on (k.estate, k.subject) = (w.estate, w.subject)
     where d.n is not null or k.box is not null
$$;

-- The lock keeps a key from being made while its owner's is destroyed.
create function keys.make(_estates text[], _subjects text[], _kek text, _boxes bytea[])
returns void language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    lock table keys.destroyed in share mode;
    insert into keys.data_key (estate, subject, kek, box)
    select w.estate, w.subject, _kek, w.box
      from unnest(_estates, _subjects, _boxes) as w (estate, subject, box)
     where not exists (select from keys.destroyed d
                        where (d.estate, d.subject) = (w.estate, w.subject))
     order by 1, 2
        on conflict do nothing;
end $$;

create function keys.destroy(_estate text, _subject text)
returns void language plpgsql security definer set search_path = keys, pg_temp as $$
begin
    lock table keys.destroyed in share row exclusive mode;
    insert into keys.destroyed (estate, subject) values (_estate, _subject) on conflict do nothing;
    delete from keys.data_key k where (k.estate, k.subject) = (_estate, _subject);
end $$;

create function keys.head() returns bigint
language sql stable security definer set search_path = keys, pg_temp as $$
    select coalesce(max(n), 0) from keys.destroyed
$$;

create function keys.destroyed_since(_after bigint, _most int)
returns table (n bigint, estate text, subject text)
language sql stable security definer set search_path = keys, pg_temp as $$
    select d.n, d.estate, d.subject from keys.destroyed d
     where d.n > _after order by d.n limit _most
$$;

revoke execute on all functions in schema keys from public;
grant usage on schema keys to linli_app;
grant execute on function keys.held, keys.make, keys.head, keys.destroyed_since to linli_app;
