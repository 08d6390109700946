-- Who does which shard of a piece of work, and which processes share it.
create schema lease;

create table lease.lease (
    work    text        not null,           -- "relay", or a set of views and its topic
    shard   smallint    not null,
    owner   text        not null,
    until   timestamptz not null,
    epoch   bigint      not null,           -- grows with every change of owner: the fence
    primary key (work, shard)
);

create table lease.member (
    work    text        not null,
    owner   text        not null,
    seen_at timestamptz not null,
    primary key (work, owner)
);

grant usage on schema lease to linli_relay, linli_view;
grant select, insert, update, delete on lease.lease, lease.member to linli_relay, linli_view;
