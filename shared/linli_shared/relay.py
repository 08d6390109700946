"""Carries stored events to Kafka, shard by shard, in order, at least once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from asyncpg import Pool, Record

from linli_shared.cluster import Cluster
from linli_shared.kafka import (
    SHARDS,
    abandon,
    create_topics,
    headers,
    last_facts,
    source_of,
    start_producer,
)
from linli_shared.leases import Leases
from linli_shared.postgres import TRANSIENT
from linli_shared.telemetry import PUBLISHED, RELAY_LAG

_START = "select shard, position from es.relay where shard = any ($1)"
_BATCH = """
select e.* from unnest($1::smallint[], $2::bigint[]) as h (shard, after)
 cross join lateral (
     select e.shard, e.position, e.estate, e.stream, e.version, e.type, e.data, e.id,
            e.correlation, e.causation, e.occurred_at, e.recorded_at
       from es.event e where e.shard = h.shard and e.position > h.after
      order by e.position limit $3) e
 order by e.shard, e.position"""
# The lease's row is locked, so that nobody takes the shard between the check and the write.
_ADVANCE = """
with mine as (
    select l.shard, h.position
      from unnest($1::smallint[], $2::bigint[], $3::bigint[]) as h (shard, epoch, position)
      join lease.lease l on l.work = 'relay' and l.shard = h.shard and l.epoch = h.epoch
       for share of l)
update es.relay r set position = mine.position from mine where r.shard = mine.shard
returning r.shard"""
log = structlog.get_logger()


class TopicMadeAnew(Exception):
    """A partition ends before what it held."""


class KafkaAhead(Exception):
    """Kafka has facts that the store has lost: nothing may be published over them."""


@dataclass(slots=True)
class Held:
    """A leased shard: Kafka has all up to `position`; its partition ends at `end`, or later."""

    shard: int
    epoch: int
    position: int
    end: int = 0
    flight: "asyncio.Task[int] | None" = None
    dirty: bool = False  # acknowledged, not yet saved


@dataclass(slots=True)
class Relay:
    """One process's part in publishing a service's events.

    A publication has a deadline of half a lease: an idempotent producer's batches never expire by
    themselves, and a batch that outlived its lease would be sent after its successor's.
    """

    pool: Pool
    servers: Cluster
    topic: str
    owner: str
    wake: asyncio.Event
    lease_s: float = 5
    poll_s: float = 1
    batch: int = 500
    ready: bool = False
    _anew: bool = False  # what the topic held is gone: send everything again
    _held: dict[int, Held] = field(default_factory=dict)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._leases = Leases(self.pool, "relay", range(SHARDS), self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        """After a fatal error: drop producer and leases, start again from the rows."""
        while True:
            producer: AIOKafkaProducer | None = None
            try:
                await create_topics(self.servers, [self.topic])
                producer = await start_producer(self.servers)
                while True:
                    await self._round(producer)
                    self.ready = True
            except (*TRANSIENT, KafkaError, KafkaAhead, TopicMadeAnew) as error:
                log.warning("relay_restarts", owner=self.owner, error=repr(error))
            finally:
                self.ready = False
                await self._drop(producer)
            await asyncio.sleep(0.5)

    async def _round(self, producer: AIOKafkaProducer) -> None:
        """One round for all shards. A shard in flight is left alone, so a slow one delays none."""
        self.wake.clear()
        self._land()
        await self._advance()
        if self._leases.due:
            await self._lease()
        idle = [h for h in self._held.values() if h.flight is None]
        if idle:
            rows = await self.pool.fetch(
                _BATCH, [h.shard for h in idle], [h.position for h in idle], self.batch
            )
            self._launch(producer, rows)
        await self._rest()

    async def _rest(self) -> None:
        flights = [h.flight for h in self._held.values() if h.flight]
        ring = asyncio.create_task(self.wake.wait())
        try:
            await asyncio.wait(
                [ring, *flights], timeout=self.poll_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ring.cancel()

    def _launch(self, producer: AIOKafkaProducer, rows: Sequence[Record]) -> None:
        shards: dict[int, list[Record]] = {}
        for row in rows:
            shards.setdefault(row["shard"], []).append(row)
        for shard, events in shards.items():
            held = self._held[shard]
            held.flight = asyncio.create_task(self._publish(producer, held, events))

    async def _publish(
        self, producer: AIOKafkaProducer, held: Held, events: Sequence[Record]
    ) -> int:
        """Send one shard's events; the last position once Kafka has them all. A topic made anew
        under us must have all of all shards: others too may have put their latest at its begin."""
        source = source_of(self.topic)
        prev, sent = held.position, 0
        async with asyncio.timeout(self.lease_s / 2):
            while sent < len(events):
                batch, first = producer.create_batch(), sent
                while sent < len(events) and _add(batch, source, events[sent], prev):
                    prev, sent = events[sent]["position"], sent + 1
                if sent == first:
                    raise ValueError(f"event {events[sent]['id']} is larger than a Kafka batch")
                batch.close()
                sending = await producer.send_batch(batch, self.topic, partition=held.shard)
                at = (await sending).offset  # -1: Kafka had it, and no longer knows where
                if 0 <= at < held.end:
                    self._anew = True
                    raise TopicMadeAnew(f"{self.topic}/{held.shard}: {at} after {held.end}")
                held.end = max(held.end, at + sent - first)
        PUBLISHED.inc(len(events))
        RELAY_LAG.set(max(0.0, time.time() - events[-1]["recorded_at"].timestamp()))
        return prev

    def _land(self) -> None:
        for held in self._held.values():
            if held.flight and held.flight.done():
                flight, held.flight = held.flight, None
                held.position = flight.result()
                held.dirty = True

    async def _advance(self) -> None:
        """Save what Kafka has acknowledged; forget a shard that another has taken."""
        if not (dirty := [h for h in self._held.values() if h.dirty]):
            return
        mine = await self._save(dirty)
        for held in dirty:
            held.dirty = False
            if held.shard not in mine:
                self._forget(held)

    async def _save(self, held: Sequence[Held]) -> set[int]:
        """The shards that are still ours."""
        rows = zip(*[(h.shard, h.epoch, h.position) for h in held], strict=True)
        return {row["shard"] for row in await self.pool.fetch(_ADVANCE, *map(list, rows))}

    async def _lease(self) -> None:
        """Renew and share; a shard that is new here is compared with Kafka before it is used."""
        await self._leases.refresh(busy=[h.shard for h in self._held.values() if h.flight])
        epochs = self._leases.held
        for held in list(self._held.values()):
            if epochs.get(held.shard) != held.epoch:
                self._forget(held)
        if new := [shard for shard in epochs if shard not in self._held]:
            rows = await self.pool.fetch(_START, new)
            stored = {row["shard"]: row["position"] for row in rows}
            for shard, last in (await last_facts(self.servers, self.topic, new)).items():
                start = await self._start(shard, stored[shard], last.position)
                dirty = start != stored[shard]
                self._held[shard] = Held(shard, epochs[shard], start, last.end, dirty=dirty)

    async def _start(self, shard: int, cursor: int, last: int) -> int:
        """Where to publish on from, given what the partition's last record is.

        Behind the cursor: Kafka lost its tail, or all: send it again. Ahead of it: a relay was
        killed before it could save (readers leave repeats out), or the store lost what Kafka has.
        """
        if last < cursor:
            log.warning("kafka_behind", shard=shard, cursor=cursor, kafka=last)
            return last
        if last > cursor:
            known = "select exists (select from es.event where shard = $1 and position = $2)"
            if not await self.pool.fetchval(known, shard, last):
                raise KafkaAhead(f"shard {shard} is at {last} in Kafka and not in the store")
        return cursor

    def _forget(self, held: Held) -> None:
        log.warning("shard_lost", owner=self.owner, shard=held.shard, epoch=held.epoch)
        if held.flight:
            held.flight.cancel()
        self._held.pop(held.shard, None)

    async def _drop(self, producer: AIOKafkaProducer | None) -> None:
        held, self._held = list(self._held.values()), {}
        flights = [h.flight for h in held if h.flight]
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        if producer:
            await abandon(producer)
        try:
            if self._anew and held:
                await self._save([replace(h, position=0) for h in held])
                self._anew = False
            await self._leases.leave()
        except TRANSIENT as error:  # the leases run out by themselves
            log.warning("rewind_not_saved", owner=self.owner, error=repr(error))


def _add(batch: Any, source: str, row: Record, prev: int) -> bool:
    added = batch.append(
        key=row["stream"].encode(),
        value=row["data"].encode(),
        timestamp=int(row["recorded_at"].timestamp() * 1000),
        headers=headers(source, row, prev),
    )
    return added is not None
