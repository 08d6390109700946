"""A topic as it stands, read with a plain client."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from linli_shared.kafka import SHARDS


async def records(servers: str, topic: str) -> Sequence["ConsumerRecord[bytes, bytes]"]:
    """All records up to the ends that the partitions have now."""
    parts = [TopicPartition(topic, shard) for shard in range(SHARDS)]
    async with AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False) as kafka:
        kafka.assign(parts)
        await kafka.seek_to_beginning()
        ends = await kafka.end_offsets(parts)
        found: list[ConsumerRecord[bytes, bytes]] = []
        while any([await kafka.position(part) < end for part, end in ends.items()]):
            for batch in (await kafka.getmany(timeout_ms=500)).values():
                found += batch
    return found
