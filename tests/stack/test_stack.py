"""What every other test stands on: the stack is real, fresh and safe to crash."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from linli_local.testing import Stack


async def test_postgres_is_18_and_syncs_to_disk(stack: Stack) -> None:
    db = await asyncpg.connect(stack.admin_url)
    try:
        assert (await db.fetchval("show server_version")).startswith("18")
        assert await db.fetchval("show fsync") == "on"
        assert await db.fetchval("show synchronous_commit") == "on"
    finally:
        await db.close()


async def test_a_record_goes_round_kafka_in_a_transaction(stack: Stack) -> None:
    await _topic(stack, "stack.transaction")
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, transactional_id="stack-test")
    consumer = AIOKafkaConsumer(
        "stack.transaction",
        bootstrap_servers=stack.kafka,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    async with producer, consumer:
        async with producer.transaction():
            await producer.send_and_wait("stack.transaction", b"opened", key=b"case-1")
        record = await consumer.getone()
    assert (record.key, record.value) == (b"case-1", b"opened")


async def test_kafka_takes_facts_of_a_simulated_day_to_come(stack: Stack) -> None:
    """They bear the time they were recorded at. Went red with Kafka's own limit, an hour ahead of
    it: from a simulated Monday to come nothing was published (docs/adr/0011)."""
    if stack.embedded is None:
        pytest.skip("a simulation has a broker of its own")
    await _topic(stack, "stack.ahead")
    ahead = int((datetime.now(UTC) + timedelta(days=400)).timestamp() * 1000)
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka) as producer:
        sent = await producer.send_and_wait("stack.ahead", b"opened", timestamp_ms=ahead)
    assert sent.timestamp == ahead


async def _topic(stack: Stack, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1)])
    finally:
        await admin.close()
