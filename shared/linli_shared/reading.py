"""Reading Kafka past records that its client cannot read.

aiokafka decodes the names of headers as UTF-8 and raises where one is not: at the record, whenever
its batch is read, and with the records of other partitions in its hands. None of our relays wrote
such a batch, and whoever may write to a topic must not be able to stop its readers.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from linli_shared.cluster import Cluster, client

UNREADABLE: Final = "it cannot be read: a header's name is not UTF-8"
_NEXT_MS: Final = 200
_START_S: Final = 15


@dataclass(slots=True)
class Got:
    """Records by partition, and the offsets that were passed over."""

    records: dict[TopicPartition, list[Any]] = field(default_factory=dict)
    unreadable: list[tuple[TopicPartition, int]] = field(default_factory=list)


@asynccontextmanager
async def reader(
    servers: Cluster, parts: Collection[TopicPartition]
) -> AsyncIterator[AIOKafkaConsumer]:
    """A client for a look at `parts`: it commits nothing, and who has it says from where to read.
    Raises KafkaError, TimeoutError where it does not start.

    One that stops as soon as it has started cancels its caller: ask it something.
    """
    consumer = AIOKafkaConsumer(
        **client(servers),
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=50,  # to stop waits for the fetch in flight
    )
    try:
        async with asyncio.timeout(_START_S):
            await consumer.start()
        consumer.assign(parts)
        yield consumer
    finally:
        await consumer.stop()


async def read(
    consumer: AIOKafkaConsumer, *parts: TopicPartition, timeout_ms: int, most: int | None = None
) -> Got:
    """What there is to read of `parts`, or of all; every one of them has been sought before."""
    before = {tp: await consumer.position(tp) for tp in parts or consumer.assignment()}
    try:
        return Got(await consumer.getmany(*parts, timeout_ms=timeout_ms, max_records=most))
    except UnicodeDecodeError:
        for tp, offset in before.items():  # what it had in its hands is lost
            consumer.seek(tp, offset)
    got = Got()
    for tp, offset in before.items():
        try:
            got.records |= await consumer.getmany(tp, timeout_ms=_NEXT_MS, max_records=most)
        except UnicodeDecodeError:
            consumer.seek(tp, offset)
            await _one_by_one(consumer, tp, got)
    return got


async def _one_by_one(consumer: AIOKafkaConsumer, tp: TopicPartition, got: Got) -> None:
    """Up to the record that cannot be read, and the first that can behind it. Offset by offset:
    the client reads a batch from its beginning, and stumbles again until it is behind it."""
    stumbled = False
    while True:
        offset = await consumer.position(tp)
        try:
            one = await consumer.getmany(tp, timeout_ms=_NEXT_MS, max_records=1)
        except UnicodeDecodeError:
            stumbled = True
            got.unreadable.append((tp, offset))
            consumer.seek(tp, offset + 1)
            continue
        got.records.setdefault(tp, []).extend(one.get(tp, []))
        if stumbled or not one:
            return
