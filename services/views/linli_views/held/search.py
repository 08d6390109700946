"""Every fact of every service that names a person, out of Kafka: nothing is stored for it, and
nothing is left of it afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from linli_shared.append import Unavailable
from linli_shared.cluster import Cluster
from linli_shared.kafka import Foreign, fact, shard_of
from linli_shared.reading import read, reader

from linli_views.held.telling import Naming, naming

TOPICS: Final = (
    "linli.cases.v1",
    "linli.estates.v1",
    "linli.meetings.v1",
    "linli.notifications.v1",
    "linli.volunteers.v1",
)
"""Of all services: a test says which is missing."""
_BATCH: Final = 1000
_SILENCE_S: Final = 30  # after which Kafka is not waited for any longer


@dataclass(slots=True)
class Reach:
    """How far a partition was read: all up to `position`, of what goes up to `furthest`, where the
    next offset is `offset` and was `end`."""

    end: int
    offset: int
    position: int = 0
    furthest: int = 0

    @property
    def whole(self) -> bool:
        return self.offset >= self.end and self.position == self.furthest

    def takes(self, prev: int, position: int) -> bool:
        """Whether a fact is the next one. One that came before is a repeat; one whose predecessor
        is missing comes again behind it (docs/subscribe.md)."""
        self.furthest = max(self.furthest, position)
        if next_ := position > self.position == prev:
            self.position = position
        return next_


@dataclass(slots=True)
class Search:
    """From the first fact to where the topics ended when it was asked for."""

    person: str
    estates: frozenset[str]
    asked_at: datetime
    _consumer: AIOKafkaConsumer
    reached: dict[TopicPartition, Reach] = field(default_factory=dict)

    @classmethod
    async def begin(
        cls, consumer: AIOKafkaConsumer, parts: Sequence[TopicPartition], person: str,
        estates: frozenset[str],
    ) -> Self:  # fmt: skip
        asked_at = datetime.now(UTC)
        ends = await consumer.end_offsets(parts)
        begins = await consumer.beginning_offsets(parts)
        consumer.pause(*parts)
        for part in parts:
            consumer.seek(part, begins[part])
        reached = {part: Reach(ends[part], begins[part]) for part in parts}
        return cls(person, estates, asked_at, consumer, reached)

    @property
    def complete(self) -> bool:
        return all(reach.whole for reach in self.reached.values())

    @property
    def read_to(self) -> Mapping[str, int]:
        """The last position of each shard, as in Linli-Position."""
        return {f"{p.topic}/{p.partition}": reach.position for p, reach in self.reached.items()}

    async def found(self) -> AsyncIterator[list[Naming]]:
        """Partition by partition, in the order of recording. What Kafka does not give in time is
        left out, and `complete` says so."""
        for part, reach in self.reached.items():
            self._consumer.resume(part)
            silent_since = time.monotonic()
            while reach.offset < reach.end and time.monotonic() - silent_since < _SILENCE_S:
                try:
                    got = await read(self._consumer, part, timeout_ms=500, most=_BATCH)
                except KafkaError:
                    break
                if found := self._named(part, reach, got.records.get(part, ())):
                    yield found
                if (offset := await self._consumer.position(part)) > reach.offset:
                    reach.offset, silent_since = offset, time.monotonic()
                await asyncio.sleep(0)  # what is there is given without a pause: others wait, too
            self._consumer.pause(part)

    def _named(self, part: TopicPartition, reach: Reach, records: Iterable[Any]) -> list[Naming]:
        found = []
        for record in records:
            if record.offset >= reach.end:
                break
            try:
                one = fact(part.topic, part.partition, record.headers, record.value)
            except Foreign:
                continue
            if reach.takes(one.prev, one.position) and one.estate in self.estates:
                named = naming(one, record.headers, self.person)
                found += [named] if named else []
        return found


@asynccontextmanager
async def searching(
    kafka: Cluster, topics: Sequence[str], person: str, estates: Iterable[str]
) -> AsyncIterator[Search]:
    """Of the shards of `estates` alone. Raises Unavailable where Kafka does not answer."""
    wanted = frozenset(estates)
    shards = sorted({shard_of(estate) for estate in wanted})
    parts = [TopicPartition(topic, shard) for topic in topics for shard in shards]
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(_SILENCE_S):
                consumer = await stack.enter_async_context(reader(kafka, parts))
                search = await Search.begin(consumer, parts, person, wanted)
        except (KafkaError, TimeoutError):
            raise Unavailable from None
        yield search
