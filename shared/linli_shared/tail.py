"""What a topic's partitions end with."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from linli_shared.cluster import Cluster
from linli_shared.kafka import Fact, Foreign, Headers, fact
from linli_shared.reading import read, reader

_PATIENCE_S: Final = 15


@dataclass(frozen=True, slots=True)
class Last:
    """A partition's last fact, where it has one, with its headers; and the partition's end."""

    end: int
    fact: Fact | None = None
    headers: Headers = ()

    @property
    def position(self) -> int:
        return self.fact.position if self.fact else 0


async def ends(servers: Cluster, topic: str, shards: Sequence[int]) -> dict[int, int]:
    """The offset of each partition's next record."""
    parts = [TopicPartition(topic, shard) for shard in shards]
    async with asyncio.timeout(_PATIENCE_S), reader(servers, parts) as consumer:
        return {tp.partition: end for tp, end in (await consumer.end_offsets(parts)).items()}


async def last_facts(servers: Cluster, topic: str, shards: Sequence[int]) -> dict[int, Last]:
    """What each partition holds last. Records that none of our relays wrote are passed over."""
    parts = [TopicPartition(topic, shard) for shard in shards]
    async with asyncio.timeout(_PATIENCE_S), reader(servers, parts) as consumer:
        ends = await consumer.end_offsets(parts)
        begins = await consumer.beginning_offsets(parts)
        found = await _look_back(consumer, begins, ends)
        return {tp.partition: Last(ends[tp], *found.get(tp, ())) for tp in parts}


async def _look_back(
    consumer: AIOKafkaConsumer,
    begins: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
) -> dict[TopicPartition, tuple[Fact, Headers]]:
    """The last fact where there is one: the last record's, or from ten times as many before it,
    and so on."""
    found: dict[TopicPartition, tuple[Fact, Headers]] = {}
    looking, size = {tp: end for tp, end in ends.items() if end > begins[tp]}, 1
    consumer.pause(*(set(ends) - set(looking)))
    while looking:
        start = {tp: max(begins[tp], end - size) for tp, end in looking.items()}
        for tp in looking:
            consumer.seek(tp, start[tp])
        while left := [tp for tp in looking if await consumer.position(tp) < looking[tp]]:
            for tp, records in (await read(consumer, *left, timeout_ms=500)).records.items():
                for r in records:
                    with suppress(Foreign):
                        one = fact(tp.topic, tp.partition, r.headers, r.value)
                        found[tp] = one, r.headers
        done = {tp for tp in looking if tp in found or start[tp] == begins[tp]}
        consumer.pause(*done)
        looking = {tp: start[tp] for tp in looking if tp not in done}
        size *= 10
    return found
