-- Lists of units that are brought in from a file: the file itself, sealed, in pieces; how far it is;
-- and what is wrong with which row. None of it is a fact: those are what the rows become.
create table estates.import (
    estate     text        not null,
    import     uuid        not null,             -- of the estate and the file's contents
    company    text        not null,
    person     text        not null,             -- who brought it in
    state      text        not null check (state in ('uploaded', 'checked', 'refused', 'running',
                                                     'done', 'expired')),
    bytes      bigint      not null,
    rows       bigint      not null default 0,   -- read so far
    units      bigint      not null default 0,   -- found in them
    faults     bigint      not null default 0,
    done       bigint      not null default 0,   -- units carried out so far
    made_at    timestamptz not null default now(),
    generation int         not null,             -- of the key that its pieces are sealed by
    primary key (estate, import)
);
create index on estates.import (made_at) where state in ('uploaded', 'running', 'checked');

create table estates.import_piece (
    estate text  not null,
    import uuid  not null,
    n      int   not null,
    box    bytea not null,                       -- nonce and ciphertext
    primary key (estate, import, n)
);

create table estates.import_fault (
    estate text   not null,
    import uuid   not null,
    n      bigint not null,                      -- in the order of the file
    line   bigint not null,
    field  text   not null,                      -- the column's name, or its letter, or nothing
    code   text   not null,
    primary key (estate, import, n)
);

do $$
declare
    _table text;
begin
    foreach _table in array array['import', 'import_piece', 'import_fault'] loop
        execute format('alter table estates.%I enable row level security', _table);
        execute format('alter table estates.%I force row level security', _table);
        execute format('create policy tenant on estates.%I to linli_app'
                       ' using (estate = nullif(current_setting(''linli.estate'', true), ''''))',
                       _table);
        -- The part that works on them sees all estates' and writes no fact without es.append.
        execute format('create policy worker on estates.%I to linli_view using (true)', _table);
        execute format('grant select, insert, update, delete on estates.%I to linli_app, linli_view',
                       _table);
    end loop;
end $$;
grant usage on schema estates to linli_view;

-- Which of these keys an estate has reserved already.
create function estates.held(_estate text, _kinds text[], _keys text[])
returns table (kind text, key text) language plpgsql as $$
#variable_conflict use_column
begin
    perform set_config('linli.estate', _estate, true);
    return query select r.kind, r.key from unnest(_kinds, _keys) as k (kind, key)
                   join es.reservation r on r.scope = _estate and r.kind = k.kind and r.key = k.key
                  where r.estate = _estate;
end $$;
revoke execute on function estates.held from public;
grant execute on function estates.held to linli_app;
