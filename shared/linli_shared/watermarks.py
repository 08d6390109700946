"""Watermarks: up to when a shard is complete, for those who have read up to a position of it."""

import asyncio
import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import structlog
from aiokafka import AIOKafkaProducer
from asyncpg import Pool

from linli_shared.kafka import WATERMARKS, shard_of, source_of
from linli_shared.postgres import Db
from linli_shared.projector import LOCK
from linli_shared.viewset import Build

_TAKE: Final = "select position, at from es.watermark($1)"
# Not where something is parked: the views do without it.
_PASSED: Final = """
update view.progress p set complete_at = m.at
  from (select topic, shard, max(u.at) as at
          from unnest($2::text[], $3::smallint[], $4::bigint[], $5::timestamptz[])
               as u (topic, shard, position, at)
          join view.progress q using (topic, shard)
         where q.views = $1 and q.position >= u.position group by topic, shard) m
 where p.views = $1 and p.topic = m.topic and p.shard = m.shard
   and m.at > coalesce(p.complete_at, '-infinity')
   and not exists (select from view.parked k where k.views = $1 and k.view <> ''
                      and k.topic = m.topic and k.shard = m.shard)
returning p.topic, p.shard, p.complete_at"""
_COMPLETE: Final = """
select case when count(complete_at) = cardinality($2::text[]) then min(complete_at) end
  from view.progress where views = $1 and topic = any ($2) and shard = $3"""
_HOUR: Final = 720  # as long as the topic keeps them, one every five seconds
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mark:
    """No fact of `topic` recorded before `at` comes after `position` of the shard."""

    topic: str
    shard: int
    position: int
    at: datetime


async def publish(
    pool: Pool, producer: AIOKafkaProducer, topic: str, shards: Iterable[int]
) -> None:
    """One of each shard, by the relay that holds it. One call each: a writer that hangs in a shard
    must not have us hold the locks of others."""
    sent = []
    for shard in shards:
        (row,) = await pool.fetch(_TAKE, shard)
        body = {"topic": topic, "shard": shard, "position": row["position"]}
        value = json.dumps(body | {"at": row["at"].isoformat()}).encode()
        made = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(uuid4()).encode()),
            ("ce_source", source_of(topic).encode()),
            ("ce_type", b"linli.watermarks.Complete.v1"),
            ("ce_subject", f"{topic}/{shard}".encode()),
            ("ce_time", datetime.now(UTC).isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        sent.append(
            await producer.send(
                WATERMARKS, value, key=topic.encode(), partition=shard, headers=made
            )
        )
    await asyncio.gather(*sent)


def mark(message: Any) -> Mark | None:
    """None for a record that none of our relays wrote."""
    try:
        body = json.loads(message.value)
        found = Mark(
            body["topic"], body["shard"], body["position"], datetime.fromisoformat(body["at"])
        )
        said = dict(message.headers)["ce_source"].decode()
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    fits = found.shard == message.partition and said == source_of(found.topic)
    return found if fits and found.at.tzinfo and type(found.position) is int else None


@dataclass(slots=True)
class Marks:
    """What a build's reader was told of its shards, until it has read as far."""

    build: Build
    _waiting: dict[tuple[str, int], deque[Mark]] = field(default_factory=dict)

    def note(self, messages: Iterable[Any]) -> None:
        for message in messages:
            if (one := mark(message)) and one.topic in self.build.views.topics:
                at = self._waiting.setdefault((one.topic, one.shard), deque(maxlen=_HOUR))
                at.append(one)

    async def save(self, pool: Pool) -> None:
        """Say how far what was read is complete."""
        if not (marks := [mark for waiting in self._waiting.values() for mark in waiting]):
            return
        columns = zip(*((m.topic, m.shard, m.position, m.at) for m in marks), strict=True)
        async with pool.acquire() as db, db.transaction():
            await db.fetch(LOCK, self.build.id, sorted({m.shard for m in marks}))
            rows = await db.fetch(_PASSED, self.build.id, *map(list, columns))
        for row in rows:
            waiting = self._waiting[row["topic"], row["shard"]]
            while waiting and waiting[0].at <= row["complete_at"]:
                waiting.popleft()


async def complete_at(db: Db, build: str, topics: Sequence[str], estate: str) -> datetime | None:
    """All of the estate's facts on `topics` that were recorded before then are in the build, and
    none will come; None where nobody has said so yet. To be asked before the build is read."""
    found: datetime | None = await db.fetchval(_COMPLETE, build, list(topics), shard_of(estate))
    return found
