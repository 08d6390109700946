-- Who was erased is on a topic that is kept for ever, and in a view of it here. A database that was
-- started or put back gives no key away before it knows again of all who were.
create table keys.compared (incarnation text not null);
create unique index one_comparison on keys.compared ((true));
alter table keys.compared enable row level security;
alter table keys.compared force row level security;
create policy functions on keys.compared to current_user using (true);

-- Another value for whatever it may have been put back by, as in the store of events.
create function keys.incarnation() returns text
language sql stable security definer set search_path = keys, pg_temp
return extract(epoch from pg_postmaster_start_time()) || ' '
       || pg_relation_filepath('keys.destroyed');

-- The last destruction; null until the ledger was read.
create function keys.known() returns bigint
language sql stable security definer set search_path = keys, pg_temp as $$
    select (select coalesce(max(n), 0) from keys.destroyed)
     where exists (select from keys.compared where incarnation = keys.incarnation())
$$;

create function keys.compare(_incarnation text) returns void
language sql security definer set search_path = keys, pg_temp as $$
    insert into keys.compared values (_incarnation)
        on conflict ((true)) do update set incarnation = excluded.incarnation
$$;

-- When each was destroyed, for whoever must be able to show it.
create function keys.destroyed_at(_estates text[], _subjects text[])
returns table (estate text, subject text, at timestamptz)
language sql stable security definer set search_path = keys, pg_temp as $$
    select d.estate, d.subject, d.destroyed_at
      from unnest(_estates, _subjects) as w (estate, subject)
      join keys.destroyed d on (d.estate, d.subject) = (w.estate, w.subject)
$$;

revoke execute on all functions in schema keys from public;
grant execute on function keys.known, keys.destroyed_at to linli_app;
grant execute on function keys.known, keys.incarnation, keys.compare, keys.destroy to linli_view;
create policy ledger on keys.destroyed for select to linli_view using (true);
grant select on keys.destroyed to linli_view;
