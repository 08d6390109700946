"""Applies a batch to a build's views, and saves how far it got, in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from asyncpg import Pool

from linli_shared.fold import Admitted, Folded, Progress, Record, Stream, admit, fold, keys
from linli_shared.kafka import Headers
from linli_shared.postgres import BAD_VALUE, Db
from linli_shared.telemetry import APPLIED, PARKED
from linli_shared.view import View
from linli_shared.viewset import Build

Batch: TypeAlias = Mapping[int, Sequence[Record]]  # records by shard

# The row locks are the fence: a zombie waits here, then finds positions beyond its own and skips.
# All topics of the shards are locked: two may fold into the same rows, in two processes.
LOCK = """
select topic, shard, next, position from view.progress
 where views = $1 and shard = any ($2) order by shard, topic for update"""
_INIT = """
insert into view.progress (views, topic, shard) select $1, $2, unnest($3::smallint[])
    on conflict do nothing"""
_READ = """
select shard, next, position from view.progress
 where views = $1 and topic = $2 and shard = any ($3)"""
_REWIND = """
update view.progress set next = 0 where views = $1 and topic = $2 and shard = $3"""
_SAVE = """
update view.progress p
   set next = n.next, position = n.position, recorded_at = coalesce(n.recorded_at, p.recorded_at)
  from unnest($3::smallint[], $4::bigint[], $5::bigint[], $6::timestamptz[])
       as n (shard, next, position, recorded_at)
 where p.views = $1 and p.topic = $2 and p.shard = n.shard"""
_PARKED = """
select distinct view, estate, stream from view.parked
 where views = $1 and topic = $2 and shard = any ($3) and stream is not null"""
_DISCARDED = """
select view, shard, position from view.discarded
 where views = $1 and topic = $2 and shard = any ($3)"""
_PARK = """
insert into view.parked (views, view, topic, shard, "offset", position, estate, stream, key, value,
                         headers, error)
select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[],
                     $7::text[], $8::text[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[])
    on conflict do nothing"""


async def progress(db: Db, build: Build, topic: str, shards: Sequence[int]) -> dict[int, Progress]:
    """Where to read on; a shard never read starts at its beginning."""
    await db.execute(_INIT, build.id, topic, shards)
    rows = await db.fetch(_READ, build.id, topic, shards)
    return {row["shard"]: Progress(row["next"], row["position"]) for row in rows}


async def rewind(db: Db, build: Build, topic: str, shard: int) -> None:
    """The offset is wrong, or the topic another: find the position from the partition's start."""
    await db.execute(_REWIND, build.id, topic, shard)


async def project(pool: Pool, build: Build, topic: str, batch: Batch) -> dict[int, Admitted]:
    """Apply a batch. A value the database refuses is found by halving, until its record is alone.
    No savepoints before that: parsing and folding happen in memory, so nearly every poison shows
    itself before a statement can fail."""
    try:
        return await _apply(pool, build, topic, batch, alone=False)
    except BAD_VALUE:
        halves = _halves(batch)
        if len(halves) == 1:
            return await _apply(pool, build, topic, batch, alone=True)
        done: dict[int, Admitted] = {}
        for half in halves:
            done |= await project(pool, build, topic, half)
        return done


async def _apply(
    pool: Pool, build: Build, topic: str, batch: Batch, *, alone: bool
) -> dict[int, Admitted]:
    shards = sorted(batch)
    async with pool.acquire() as db, db.transaction():
        rows = await db.fetch(LOCK, build.id, shards)
        admitted = {
            row["shard"]: admit(batch[row["shard"]], Progress(row["next"], row["position"]))
            for row in rows
            if row["topic"] == topic
        }
        records = [r for shard in shards for r in admitted[shard].records]
        if records:
            await _change(db, build, topic, records, alone)
            APPLIED.labels(build.id).inc(len(records))
        save = [
            (s, a.progress.next, a.progress.position, a.recorded_at) for s, a in admitted.items()
        ]
        await db.execute(_SAVE, build.id, topic, *map(list, zip(*save, strict=True)))
        return admitted


async def _change(db: Db, build: Build, topic: str, records: Sequence[Record], alone: bool) -> None:
    shards = {record.shard for record in records}
    stopped = await db.fetch(_PARKED, build.id, topic, shards)
    discarded = await db.fetch(_DISCARDED, build.views.name, topic, shards)
    for view in build.views.members:
        wanted = [r for r in records if view.name in r.events]
        waiting = [(row["estate"], row["stream"]) for row in stopped if row["view"] == view.name]
        without = [(row["shard"], row["position"]) for row in discarded if row["view"] == view.name]
        if alone:
            for record in wanted:
                await take(db, build, view, record, waiting, without)
        elif wanted:
            rows = await _load(db, build, view, wanted)
            await _write(db, build, view, fold(view, wanted, rows, waiting, without))


async def take(
    db: Db,
    build: Build,
    view: View[Any],
    record: Record,
    waiting: Iterable[Stream],
    without: Iterable[tuple[int, int]],
) -> bool:
    """Apply one record to one view; park it where the database refuses what it makes of it. False
    where it was parked."""
    try:
        async with db.transaction():
            rows = await _load(db, build, view, [record])
            folded = fold(view, [record], rows, waiting, without)
            await _write(db, build, view, folded)
    except BAD_VALUE as error:
        folded = Folded(parked=[(record, type(error).__name__)])
        await _write(db, build, view, folded)
    return not folded.parked


async def _load(
    db: Db, build: Build, view: View[Any], records: Iterable[Record]
) -> dict[tuple[Any, ...], Any]:
    """The rows that the records touch, as they are."""
    if not view.rows or not (touched := keys(view, records)):
        return {}
    columns = map(list, zip(*touched, strict=True))
    found = await db.fetch(view.rows.load(build.number), *columns)
    return {tuple(row[k] for k in view.rows.key): view.rows.parse(row) for row in found}


async def _write(db: Db, build: Build, view: View[Any], folded: Folded) -> None:
    """The rows and lines of one view, and what it parks."""
    if view.rows and folded.rows:
        gone = [key for key, row in folded.rows.items() if row is None]
        kept = [row for row in folded.rows.values() if row is not None]
        if kept:
            await db.execute(view.rows.save(build.number), *view.rows.values(kept))
        if gone:
            columns = map(list, zip(*gone, strict=True))
            await db.execute(view.rows.delete(build.number), *columns)
    if view.lines and folded.lines:
        await db.execute(view.lines.add(build.number), *view.lines.values(folded.lines))
    if folded.parked:
        await park(db, [_parked(build, view, record, why) for record, why in folded.parked])


Parked: TypeAlias = tuple[
    str,
    str,
    str,
    int,
    int,
    int | None,
    str | None,
    str | None,
    bytes | None,
    bytes | None,
    bytes,
    str,
]


async def park(db: Db, lines: Sequence[Parked]) -> None:
    await db.execute(_PARK, *map(list, zip(*lines, strict=True)))
    for line in lines:
        PARKED.labels(line[0]).inc()


def parked_headers(headers: Headers) -> bytes:
    text = [(name, None if v is None else v.decode("latin-1")) for name, v in headers]
    return json.dumps(text).encode()


def _parked(build: Build, view: View[Any], record: Record, error: str) -> Parked:
    fact = record.fact
    return (
        build.id, view.name, record.topic, record.shard, record.offset, fact.position, fact.estate,
        fact.stream, record.key, record.value, parked_headers(record.headers), error,
    )  # fmt: skip


def _halves(batch: Batch) -> list[dict[int, Sequence[Record]]]:
    """Split in two, each shard's records in order; one part where nothing is left to split."""
    if len(batch) > 1:
        items = list(batch.items())
        half = len(items) // 2
        return [dict(items[:half]), dict(items[half:])]
    ((shard, records),) = batch.items()
    half = len(records) // 2
    return [{shard: records[:half]}, {shard: records[half:]}] if half else [dict(batch)]
