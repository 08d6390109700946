-- What readers of Kafka keep: how far each set of views has read, and what it could not take.
create schema view;

-- A set is built under a number; one number of a set is live, another may be built beside it.
-- A process folds the builds of the revision its code has.
create table view.build (
    views    text    not null,
    number   int     not null,
    revision int     not null,
    live     boolean not null default false,
    primary key (views, number)
);
create unique index one_live on view.build (views) where live;

-- Changed in the same transaction as the rows of the views.
create table view.progress (
    views       text        not null,       -- of a build: "boards.2"
    topic       text        not null,
    shard       smallint    not null,
    next        bigint      not null default 0,     -- the Kafka offset to read from
    position    bigint      not null default 0,     -- the last of the shard's positions applied
    recorded_at timestamptz,                        -- when that one was recorded
    primary key (views, topic, shard)
);

-- Records a view could not take, and those of the same stream that came after them.
-- `view` is '' and `position` null for what is none of our relays' records: it stops no stream.
create table view.parked (
    views     text        not null,
    view      text        not null,
    topic     text        not null,
    shard     smallint    not null,
    "offset"  bigint      not null,
    position  bigint,
    estate    text,
    stream    text,
    key       bytea,
    value     bytea,
    headers   bytea       not null,
    error     text        not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (views, view, topic, shard, "offset")
);
create index on view.parked (views, topic, shard, stream);

-- An operator's decision to do without a record: a rebuild honours it.
create table view.discarded (
    views        text        not null,      -- the set, whatever its build
    view         text        not null,
    topic        text        not null,
    shard        smallint    not null,
    position     bigint      not null,
    reason       text        not null,
    discarded_by text        not null,
    discarded_at timestamptz not null default clock_timestamp(),
    primary key (views, view, topic, shard, position)
);

grant usage on schema view to linli_app, linli_view;
grant select on view.build, view.progress to linli_app;
grant select, insert, update, delete
   on view.build, view.progress, view.parked, view.discarded to linli_view;
