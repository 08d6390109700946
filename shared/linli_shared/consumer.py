"""Reads Kafka for a build of views. PostgreSQL knows how far; Kafka is never told."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from asyncpg import Pool

from linli_shared.cluster import Cluster, client
from linli_shared.fold import Admitted, Record, parse
from linli_shared.kafka import SHARDS, WATERMARKS, Foreign, Headers, create_topics, fact
from linli_shared.leases import Leases
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT
from linli_shared.projector import park, parked_headers, progress, project, rewind
from linli_shared.reading import UNREADABLE, read
from linli_shared.telemetry import GAPS
from linli_shared.viewset import Build
from linli_shared.watermarks import Marks

_ALARM_S: Final = 60  # a gap is the relay's to fill; one this old needs a person
log = structlog.get_logger()


class HistoryTruncated(Exception):
    """The topic no longer begins with the shard's first fact: this build can never be whole."""


@dataclass(slots=True)
class Gap:
    """A missing predecessor: since when, and what was done about it."""

    since: float
    looked: bool = False
    alarmed: bool = False


@dataclass(slots=True)
class Projector:
    """One process's part in a build: it reads the shards that it has leased, and seeks to where
    PostgreSQL says, so a takeover costs a lease and no broker's session."""

    pool: Pool
    servers: Cluster
    build: Build
    owner: str
    on_applied: Callable[[], None] = lambda: None
    lease_s: float = 5
    batch: int = 2000
    gap_s: float = 10  # after which a gap may not be the relay's: look through the partition
    ready: bool = False
    _gaps: dict[TopicPartition, Gap] = field(default_factory=dict)
    # Sought, and nothing applied since: a first record that does not fit means a wrong offset.
    _fresh: set[TopicPartition] = field(default_factory=set)
    _leases: dict[str, Leases] = field(init=False)
    _marks: Marks = field(init=False)

    def __post_init__(self) -> None:
        self._marks = Marks(self.build)
        self._leases = {
            topic: Leases(
                self.pool, f"{self.build.id}/{topic}", range(SHARDS), self.owner,
                lease_s=self.lease_s,
            )
            for topic in self.build.views.topics
        }  # fmt: skip

    async def run(self) -> None:
        while True:
            pause = 0.5
            try:
                await create_topics(self.servers, self.build.views.topics)
                await self._consume()
            except (*TRANSIENT, KafkaError) as error:
                log.warning("projector_restarts", build=self.build.id, error=brief(error))
            except HistoryTruncated as error:
                log.error("history_truncated", build=self.build.id, error=str(error))
                pause = _ALARM_S  # unless somebody brings the beginning back
            finally:
                self.ready = False
                await self._leave()
            await asyncio.sleep(pause)

    async def _consume(self) -> None:
        consumer = AIOKafkaConsumer(
            **client(self.servers),
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=10_000,
            retry_backoff_ms=100,
            metadata_max_age_ms=30_000,
            max_partition_fetch_bytes=2**22,
            # One fetch a broker is in flight; partitions with records in hand are not in it and
            # wait until it returns. At 500 events/s 50 ms instead of 500 took p99 from 133 to 50.
            fetch_max_wait_ms=50,
        )
        try:
            async with asyncio.timeout(20):
                await consumer.start()
            while True:
                if any(leases.due for leases in self._leases.values()):
                    await self._assign(consumer)
                    await self._marks.save(self.pool)
                    self.ready = True
                if not consumer.assignment():
                    await asyncio.sleep(0.2)
                    continue
                try:
                    got = await read(consumer, timeout_ms=500, most=self.batch)
                except OffsetOutOfRangeError as error:
                    for tp in error.args[0]:
                        await self._from_the_start(consumer, tp)
                    continue
                for tp, offset in got.unreadable:
                    await self._aside(tp, offset, UNREADABLE)
                if got.records:
                    await self._handle(consumer, got.records)
                await self._watch(consumer)
        finally:
            self._gaps.clear()
            self._fresh.clear()
            async with asyncio.timeout(5):
                await consumer.stop()

    async def _assign(self, consumer: AIOKafkaConsumer) -> None:
        """Read what is leased, from where PostgreSQL says."""
        for leases in self._leases.values():
            await leases.refresh()
        wanted = {TopicPartition(t, s) for t, leases in self._leases.items() for s in leases.held}
        marks = {TopicPartition(WATERMARKS, tp.partition) for tp in wanted}
        if wanted | marks == (had := consumer.assignment()):
            return
        consumer.assign(wanted | marks)
        if marks:  # the next one comes soon
            await consumer.seek_to_end(*marks)
        for gone in had - wanted:
            self._gaps.pop(gone, None)
        # Assigning anew forgets where each was, so all are sought, not only the new ones.
        for topic in self.build.views.topics:
            shards = sorted(tp.partition for tp in wanted if tp.topic == topic)
            async with self.pool.acquire() as db:
                at = await progress(db, self.build, topic, shards)
            for tp in (TopicPartition(topic, shard) for shard in shards):
                consumer.seek(tp, at[tp.partition].next)
                self._fresh.add(tp)

    async def _from_the_start(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
        if tp.topic == WATERMARKS:
            await consumer.seek_to_end(tp)
            return
        log.warning("finding_position", build=self.build.id, topic=tp.topic, shard=tp.partition)
        async with self.pool.acquire() as db:
            await rewind(db, self.build, tp.topic, tp.partition)
        consumer.seek(tp, (await consumer.beginning_offsets([tp]))[tp])
        self._fresh.discard(tp)

    async def _handle(
        self, consumer: AIOKafkaConsumer, got: Mapping[TopicPartition, Sequence[Any]]
    ) -> None:
        for tp in (tp for tp in got if tp.topic == WATERMARKS):
            self._marks.note(got[tp])
        for topic in sorted({tp.topic for tp in got} - {WATERMARKS}):
            mine = {tp: messages for tp, messages in got.items() if tp.topic == topic}
            batch = {tp.partition: await self._records(ms) for tp, ms in mine.items()}
            if batch := {shard: records for shard, records in batch.items() if records}:
                done = await project(self.pool, self.build, topic, batch)
                for shard, admitted in done.items():
                    await self._judge(consumer, TopicPartition(topic, shard), admitted)
                self.on_applied()

    async def _records(self, messages: Sequence[Any]) -> list[Record]:
        """Our facts; what is none of ours is put aside, and moves nothing."""
        found: list[Record] = []
        for m in messages:
            try:
                known = fact(m.topic, m.partition, m.headers, m.value)
            except Foreign as why:
                tp = TopicPartition(m.topic, m.partition)
                await self._aside(tp, m.offset, str(why), m.key, m.value, m.headers)
                continue
            events = parse(self.build.views.members, known)
            record = Record(
                m.topic, m.partition, m.offset, known, m.key, m.value, m.headers, events
            )
            found.append(record)
        return found

    async def _aside(
        self,
        tp: TopicPartition,
        offset: int,
        why: str,
        key: bytes | None = None,
        value: bytes | None = None,
        headers: Headers = (),
    ) -> None:
        log.error("foreign_record", shard=tp.partition, offset=offset, error=why)
        line = (
            self.build.id, "", tp.topic, tp.partition, offset, None, None, None, key, value,
            parked_headers(headers), why,
        )  # fmt: skip
        async with self.pool.acquire() as db:
            await park(db, [line])

    async def _judge(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, admitted: Admitted
    ) -> None:
        """A gap right after a seek may be ours: look for the position from the start. If it is
        still there the log has it, and only the relay can fill it, by sending again."""
        if admitted.records:
            self._fresh.discard(tp)
            self._gaps.pop(tp, None)
        if admitted.missing is None:
            return
        if tp in self._fresh:
            await self._from_the_start(consumer, tp)
        elif tp not in self._gaps:
            self._gaps[tp] = Gap(time.monotonic())
            log.error(
                "gap", build=self.build.id, topic=tp.topic, shard=tp.partition,
                after=admitted.progress.position,
            )  # fmt: skip

    async def _watch(self, consumer: AIOKafkaConsumer) -> None:
        """Say how old the oldest gap is. One that stays may be ours after all: the topic was made
        anew under us, and our offset in it is another place. So it is looked through, once; one
        before the very first fact is a truncated topic."""
        now = time.monotonic()
        GAPS.labels(self.build.id).set(max((now - g.since for g in self._gaps.values()), default=0))
        for tp, gap in list(self._gaps.items()):
            if now - gap.since > self.gap_s and not gap.looked:
                gap.looked = True
                async with self.pool.acquire() as db:
                    at = (await progress(db, self.build, tp.topic, [tp.partition]))[tp.partition]
                if not at.position:
                    raise HistoryTruncated(f"{tp.topic}/{tp.partition}")
                await self._from_the_start(consumer, tp)
            if now - gap.since > _ALARM_S and not gap.alarmed:
                gap.alarmed = True
                log.critical("gap_remains", topic=tp.topic, shard=tp.partition)

    async def _leave(self) -> None:
        for leases in self._leases.values():
            await leases.leave()
