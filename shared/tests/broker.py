"""Kafka as a test sees it: what a topic holds, and records that no relay of ours wrote."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from linli_shared.kafka import SHARDS, create_topics, fact


async def until(done: Callable[[], Awaitable[bool]], limit_s: float = 120) -> float:
    """Seconds until it is; raises TimeoutError at the limit, far for a slow machine."""
    start = time.monotonic()
    async with asyncio.timeout(limit_s):
        while True:
            if await done():
                return time.monotonic() - start
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record to write: anything at all."""

    partition: int
    value: bytes | None
    headers: list[tuple[str, bytes]]
    key: bytes | None = None


async def write(servers: str, topic: str, records: Iterable[Raw]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    try:
        for r in records:  # one at a time: the order is the caller's
            await producer.send_and_wait(
                topic, r.value, partition=r.partition, key=r.key, headers=r.headers
            )
    finally:
        await producer.stop()


async def read(servers: str, topic: str) -> dict[int, list[Any]]:
    """All records of a topic, by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = [TopicPartition(topic, n) for n in range(SHARDS)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        found: dict[int, list[Any]] = {tp.partition: [] for tp in parts}
        while [tp for tp in parts if await consumer.position(tp) < ends[tp]]:
            for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                found[tp.partition] += [r for r in records if r.offset < ends[tp]]
        return found
    finally:
        await consumer.stop()


async def positions(servers: str, topic: str) -> dict[int, list[tuple[int, int]]]:
    """(prevsequence, sequence) of each record, by partition."""
    return {
        shard: [(f.prev, f.position) for f in (fact(topic, shard, r.headers, r.value) for r in rs)]
        for shard, rs in (await read(servers, topic)).items()
    }


async def recreate(servers: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        for _ in range(50):  # a relay that notices may make it again before we see that it is gone
            if topic not in await admin.list_topics():
                break
            await asyncio.sleep(0.01)
    finally:
        await admin.close()
    await create_topics(servers, [topic])
