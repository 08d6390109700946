"""What an operator does about records that a view could not take: list, retry, discard."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncpg import Pool, Record
from linli_shared.fold import Record as Fold
from linli_shared.fold import Stream, parse
from linli_shared.kafka import fact
from linli_shared.postgres import Db
from linli_shared.projector import LOCK, take
from linli_shared.view import View
from linli_shared.viewset import Build

_LIST = """
select views, view, topic, shard, position, "offset", estate, stream, error, parked_at
  from view.parked order by topic, shard, "offset", view"""
_STREAM = """
delete from view.parked
 where views = $1 and view = $2 and topic = $3 and shard = $4 and stream = $5
returning "offset", position, key, value, headers"""
_FIND = """
select view, topic, shard, position, stream from view.parked
 where views = $1 and view = $2 and topic = $3 and shard = $4 and position = $5"""
_DISCARDED = """
select position from view.discarded where views = $1 and view = $2 and topic = $3 and shard = $4"""
_DISCARD = """
insert into view.discarded (views, view, topic, shard, position, reason, discarded_by)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"""
_DROP = """
delete from view.parked where views = $1 and view = $2 and topic = $3 and shard = $4
   and position = $5"""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked record. `view` is '' for one that is none of our relays'; it stops no stream."""

    views: str
    view: str
    topic: str
    shard: int
    position: int | None
    offset: int
    estate: str | None
    stream: str | None
    error: str
    parked_at: datetime


async def parked(db: Db) -> list[Parked]:
    return [Parked(*row) for row in await db.fetch(_LIST)]


async def retry(
    pool: Pool, build: Build, view: View[Any], topic: str, shard: int, stream: str
) -> int:
    """Fold a stream's parked records again, in order; how many the view took. The others, from the
    first that fails again, stay parked."""
    async with pool.acquire() as db, db.transaction():
        await db.fetch(LOCK, build.id, [shard])  # the projector waits, so order is kept
        return await _retry(db, build, view, topic, shard, stream)


async def discard(
    pool: Pool, build: Build, view: View[Any], topic: str, shard: int, position: int,
    reason: str, by: str,
) -> int:  # fmt: skip
    """Do without a record, in this build and in every later one, and retry those behind it; how
    many of them the view took. Raises LookupError where it is not parked."""
    async with pool.acquire() as db, db.transaction():
        await db.fetch(LOCK, build.id, [shard])
        key = (build.id, view.name, topic, shard, position)
        if (row := await db.fetchrow(_FIND, *key)) is None:
            raise LookupError(f"{view.name} has no parked record {topic}/{shard}/{position}")
        await db.execute(_DISCARD, build.views.name, *key[1:], reason, by)
        await db.execute(_DROP, *key)
        return await _retry(db, build, view, topic, shard, row["stream"])


async def _retry(db: Db, build: Build, view: View[Any], topic: str, shard: int, stream: str) -> int:
    """One by one: a value that only the database refuses must not undo those before it."""
    rows = await db.fetch(_STREAM, build.id, view.name, topic, shard, stream)
    discarded = await db.fetch(_DISCARDED, build.views.name, view.name, topic, shard)
    without = [(shard, row["position"]) for row in discarded]
    waiting: set[Stream] = set()
    taken = 0
    for record in _records(view, topic, shard, rows):
        if await take(db, build, view, record, waiting, without):
            taken += 1
        else:
            waiting.add((record.fact.estate, record.fact.stream))
    return taken


def _records(view: View[Any], topic: str, shard: int, rows: Sequence[Record]) -> list[Fold]:
    found: list[Fold] = []
    for row in sorted(rows, key=lambda row: row["position"]):
        headers = [(name, text.encode("latin-1")) for name, text in json.loads(row["headers"])]
        known = fact(topic, shard, headers, row["value"])
        found.append(
            Fold(
                topic, shard, row["offset"], known, row["key"], row["value"], headers,
                parse([view], known),
            )
        )  # fmt: skip
    return found
