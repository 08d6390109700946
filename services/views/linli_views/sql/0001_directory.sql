-- What the directory is searched by: names in plain text, as people type them, in pinyin and by its
-- initials. All of it can be made again from the boards, so it is in no write-ahead log, no replica
-- and no base backup; after a crash it is empty, and is filled.
create schema directory;

create unlogged table directory.entry (
    estate  text not null,              -- an estate, or for people the company
    kind    text not null check (kind in ('person', 'steward', 'unit')),
    subject uuid not null,
    made_of text not null,              -- what the board had: of a person the sealed name
    primary key (estate, kind, subject)
);
create unlogged table directory.word (
    estate  text not null,
    kind    text not null,
    subject uuid not null,
    word    text collate "C" not null,  -- so that what begins with a text is one range
    primary key (estate, kind, word, subject),
    foreign key (estate, kind, subject) references directory.entry on delete cascade
);
create index on directory.word (estate, kind, subject);

do $$
declare
    _table text;
begin
    foreach _table in array array['entry', 'word'] loop
        execute format('alter table directory.%I enable row level security', _table);
        execute format('alter table directory.%I force row level security', _table);
        execute format('create policy worker on directory.%I to linli_view using (true)', _table);
        execute format('grant select, insert, delete on directory.%I to linli_view', _table);
    end loop;
end $$;
create policy tenant on directory.word for select to linli_app using (estate = any (
    (select nullif(current_setting('linli.estates', true), '')::text[])::text[]));
grant select on directory.word to linli_app;
grant usage on schema directory to linli_app, linli_view;
