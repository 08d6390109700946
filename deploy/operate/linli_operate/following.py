"""Facts of topics as they come, each once: history first where it is asked for."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from linli_shared.cluster import Cluster, client
from linli_shared.kafka import SHARDS, Fact, Foreign, fact
from linli_shared.reading import UNREADABLE, read

from .screen import Trouble

_FACTS: Final = re.compile(r"linli\.(?!watermarks\.)[a-z]+\.v[0-9]+")
_PATIENCE_S: Final = 15


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that none of our relays wrote."""

    topic: str
    shard: int
    offset: int
    why: str


Told: TypeAlias = "tuple[str, Fact] | Odd"


async def topics(kafka: Cluster, services: Sequence[str]) -> list[str]:
    """Of facts: of all services, or of those named. Raises Trouble where one has none."""
    admin = AIOKafkaAdminClient(**client(kafka), request_timeout_ms=5000)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await admin.start()
            known = sorted(name for name in await admin.list_topics() if _FACTS.fullmatch(name))
    finally:
        await admin.close()
    there = {name.split(".")[1] for name in known}
    if unknown := [service for service in services if service not in there]:
        raise Trouble(
            f"{unknown[0]} has no topic; there are those of {', '.join(sorted(there)) or 'nobody'}."
        )
    return [name for name in known if not services or name.split(".")[1] in services]


@dataclass(slots=True)
class Following:
    """`since`: from what Kafka got at that time; None: from now on."""

    kafka: Cluster
    topics: Sequence[str]
    since: datetime | None
    _reached: dict[TopicPartition, int] = field(default_factory=dict)

    async def facts(self) -> AsyncIterator[Told]:
        consumer = AIOKafkaConsumer(
            **client(self.kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await consumer.start()
                await self._seek(consumer)
            while True:
                got = await read(consumer, timeout_ms=500, most=2000)
                for tp, offset in got.unreadable:
                    yield Odd(tp.topic, tp.partition, offset, UNREADABLE)
                for told in self._in_order(got.records):
                    yield told
        finally:
            await consumer.stop()

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        parts = [TopicPartition(topic, n) for topic in self.topics for n in range(SHARDS)]
        consumer.assign(parts)
        at = dict(await consumer.end_offsets(parts))
        if self.since:
            ms = max(0, int(self.since.timestamp() * 1000))
            found = await consumer.offsets_for_times(dict.fromkeys(parts, ms))
            at |= {tp: place.offset for tp, place in found.items() if place}
        for tp in parts:
            consumer.seek(tp, at[tp])

    def _in_order(self, records: Mapping[TopicPartition, Sequence[Any]]) -> list[Told]:
        """A batch by the time of recording; a partition's own order is never changed."""
        odd: list[Told] = []
        found: list[tuple[datetime, int, str, Fact]] = []
        for tp, messages in records.items():
            for m in messages:
                try:
                    known = fact(tp.topic, tp.partition, m.headers, m.value)
                except Foreign as why:
                    odd.append(Odd(tp.topic, tp.partition, m.offset, str(why)))
                    continue
                if known.position > self._reached.get(tp, 0):  # else sent again
                    self._reached[tp] = known.position
                    found.append((known.recorded_at, known.position, tp.topic, known))
        found.sort(key=lambda one: one[:2])
        return [*odd, *((topic, known) for *_, topic, known in found)]
