"""Whether topics still begin with their first facts: what is built from them is whole only then."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from linli_shared.cluster import Cluster
from linli_shared.kafka import SHARDS, Fact, Foreign, fact
from linli_shared.reading import read, reader

_PATIENCE_S: Final = 30


async def truncated(
    kafka: Cluster, topics: Sequence[str], reached: Mapping[tuple[str, int], int]
) -> list[str]:
    """What is missing at the beginning, in a sentence a partition; `reached` are positions that a
    reader has come to, by topic and shard. Raises KafkaError, TimeoutError."""
    parts = [TopicPartition(topic, shard) for topic in topics for shard in range(SHARDS)]
    async with asyncio.timeout(_PATIENCE_S), reader(kafka, parts) as consumer:
        first = await _first(consumer, parts)
    found = []
    for tp in parts:
        known = first.get(tp)
        if known and known.prev:
            found.append(
                f"{tp.topic}/{tp.partition} begins with position {known.position}, and "
                f"{known.prev} was before it"
            )
        elif not known and (position := reached.get((tp.topic, tp.partition), 0)):
            found.append(f"{tp.topic}/{tp.partition} is empty, and position {position} was read")
    return found


async def _first(
    consumer: AIOKafkaConsumer, parts: Sequence[TopicPartition]
) -> dict[TopicPartition, Fact]:
    """The first fact of each partition that has one; what is none of ours is passed over."""
    begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    for tp in parts:
        consumer.seek(tp, begins[tp])
    found: dict[TopicPartition, Fact] = {}
    while left := [
        tp for tp in parts if tp not in found and await consumer.position(tp) < ends[tp]
    ]:
        got = await read(consumer, *left, timeout_ms=500, most=200)
        for tp, records in got.records.items():
            for record in records:
                with suppress(Foreign):
                    found.setdefault(tp, fact(tp.topic, tp.partition, record.headers, record.value))
    return found
