"""Carries stored events to Kafka, shard by shard, in order, at least once."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from asyncpg import Pool, Record

from linli_shared import watermarks
from linli_shared.chain import BEGIN, record
from linli_shared.clock import Clock, now
from linli_shared.cluster import Cluster
from linli_shared.kafka import (
    SHARDS,
    Headers,
    abandon,
    create_topics,
    source_of,
    start_producer,
)
from linli_shared.leases import Leases
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT
from linli_shared.resume import INCARNATION, Held, KafkaAhead, resume, save
from linli_shared.tail import ends
from linli_shared.telemetry import PUBLISHED, RELAY_LAG

_BATCH = """
select e.* from unnest($1::smallint[], $2::bigint[]) as h (shard, after)
 cross join lateral (
     select e.shard, e.position, e.estate, e.stream, e.version, e.type, e.data, e.id,
            e.correlation, e.causation, e.occurred_at, e.recorded_at,
            e.command, e.ordinal, e.request, e.meta
       from es.event e where e.shard = h.shard and e.position > h.after
      order by e.position limit $3) e
 order by e.shard, e.position"""
log = structlog.get_logger()


class TopicMadeAnew(Exception):
    """A partition ends before what it held."""


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
    clock: Clock = now  # that of `recorded_at`: the simulation's in a simulation
    mark_s: float = 5  # between watermarks, and looks at whether Kafka has lost a tail
    ready: bool = False
    lost: str = ""  # what Kafka has and the store has not: a person is needed
    _anew: bool = False  # what the topic held is gone: send everything again
    _held: dict[int, Held] = field(default_factory=dict)
    _incarnation: str = ""
    _marking: "asyncio.Task[None] | None" = None
    _marked: float = float("-inf")
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
                log.warning("relay_restarts", owner=self.owner, error=brief(error))
                if isinstance(error, KafkaAhead):
                    self.lost = str(error)
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
        await self._mark(producer)
        idle = [h for h in self._held.values() if h.flight is None]
        if idle:
            rows = await self.pool.fetch(
                _BATCH, [h.shard for h in idle], [h.position for h in idle], self.batch
            )
            self._launch(producer, rows)
        await self._rest()

    async def _mark(self, producer: AIOKafkaProducer) -> None:
        """Now and then, beside the work: it waits for appends in flight."""
        if self._marking and self._marking.done():
            marking, self._marking = self._marking, None
            try:
                marking.result()
            except TopicMadeAnew:  # what is on its way may have landed over what was lost
                self._anew = any(h.flight for h in self._held.values())
                raise
            except (*TRANSIENT, KafkaError) as error:
                log.warning("watermarks_missed", owner=self.owner, error=brief(error))
        due = time.monotonic() - self._marked > self.mark_s
        if due and self._held and self._marking is None:
            self._marked = time.monotonic()
            self._marking = asyncio.create_task(self._watermark(producer, dict(self._held)))

    async def _watermark(self, producer: AIOKafkaProducer, held: Mapping[int, Held]) -> None:
        """And a look at shards that have nothing to send: Kafka may have lost what it had."""
        known = {shard: one.end for shard, one in held.items()}
        for shard, end in (await ends(self.servers, self.topic, list(known))).items():
            if end < known[shard]:
                raise TopicMadeAnew(f"{self.topic}/{shard}: its end is {end}, was {known[shard]}")
        async with asyncio.timeout(self.lease_s):
            await watermarks.publish(self.pool, producer, self.topic, known)

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
    ) -> tuple[int, bytes]:
        """Send one shard's events; the last position and the chain's head once Kafka has them all.
        A topic made anew under us must have all of all shards: others too may have put their latest
        at its begin."""
        source = source_of(self.topic)
        prev, chain, sent = held.position, held.chain, 0
        async with asyncio.timeout(self.lease_s / 2):
            while sent < len(events):
                batch, first = producer.create_batch(), sent
                while sent < len(events):
                    plain = events[sent]["position"] <= held.plain
                    key, value, said, link = record(
                        source, events[sent], prev, None if plain else chain
                    )
                    if not _added(batch, key, value, said, events[sent]):
                        break
                    prev, chain, sent = events[sent]["position"], link or chain, sent + 1
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
        age = await self.clock() - events[-1]["recorded_at"]
        RELAY_LAG.set(max(0.0, age.total_seconds()))
        return prev, chain

    def _land(self) -> None:
        for held in self._held.values():
            if held.flight and held.flight.done():
                flight, held.flight = held.flight, None
                held.position, held.chain = flight.result()
                held.dirty = True

    async def _advance(self) -> None:
        """Save what Kafka has acknowledged; forget a shard that another has taken."""
        if not (dirty := [h for h in self._held.values() if h.dirty]):
            return
        mine = await save(self.pool, dirty)
        for held in dirty:
            held.dirty = False
            if held.shard not in mine:
                self._forget(held)

    async def _lease(self) -> None:
        """Renew and share; a shard that is new here is compared with Kafka before it is used, and
        all are where the store was started again: it may have been put back."""
        incarnation = await self.pool.fetchval(INCARNATION)
        await self._leases.refresh(busy=[h.shard for h in self._held.values() if h.flight])
        epochs = self._leases.held
        for held in list(self._held.values()):
            if epochs.get(held.shard) != held.epoch or incarnation != self._incarnation:
                self._forget(held)
        self._incarnation = incarnation
        if new := {shard: epoch for shard, epoch in epochs.items() if shard not in self._held}:
            self._held |= await resume(self.pool, self.servers, self.topic, new, incarnation)
        self.lost = ""

    def _forget(self, held: Held) -> None:
        log.warning("shard_lost", owner=self.owner, shard=held.shard, epoch=held.epoch)
        if held.flight:
            held.flight.cancel()
        self._held.pop(held.shard, None)

    async def _drop(self, producer: AIOKafkaProducer | None) -> None:
        held, self._held = list(self._held.values()), {}
        flights: list[asyncio.Task[Any]] = [h.flight for h in held if h.flight]
        flights += [self._marking] if self._marking else []
        self._marking = None
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        if producer:
            await abandon(producer)
        try:
            if self._anew and held:
                await save(self.pool, [replace(h, position=0, chain=BEGIN, plain=0) for h in held])
                self._anew = False
            await self._leases.leave()
        except TRANSIENT as error:  # the leases run out by themselves
            log.warning("rewind_not_saved", owner=self.owner, error=brief(error))


def _added(batch: Any, key: bytes, value: bytes, headers: Headers, row: Record) -> bool:
    at = int(row["recorded_at"].timestamp() * 1000)
    return batch.append(key=key, value=value, timestamp=at, headers=headers) is not None
