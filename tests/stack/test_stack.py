"""What every other test stands on: the stack is real, fresh and safe to crash."""

import asyncpg
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


async def _topic(stack: Stack, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1)])
    finally:
        await admin.close()
