"""PostgreSQL and Kafka come back with their data from whatever a machine does to them."""

import os
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from linli_local import kafka
from linli_local.state import Trouble
from linli_local.testing import Embedded

pytestmark = pytest.mark.stack
TOPIC = "recovery"


async def test_postgres_keeps_what_was_committed_through_immediate_stop_and_kill(
    embedded: Embedded,
) -> None:
    left_by_a_killed_initdb = embedded.running.home.root / "postgres" / "new-1"
    left_by_a_killed_initdb.mkdir(parents=True)
    url = await embedded.start_postgres()
    db = await asyncpg.connect(url)
    await db.execute("create table fact (n int)")
    await db.execute("insert into fact values (1)")
    await embedded.stop_postgres()
    assert db.is_closed() or await _is_cut(db)
    assert await embedded.start_postgres() == url

    embedded.running.kill("postgres")  # and its pid goes to somebody else: to this very test
    pidfile = embedded.running.home.root / "postgres" / "data" / "postmaster.pid"
    if pidfile.exists():  # not in a closed home, where the data is elsewhere
        rest = pidfile.read_text().split("\n", 1)[1]
        pidfile.write_text(f"{os.getpid()}\n{rest}")
    await embedded.start_postgres()
    db = await asyncpg.connect(url)
    assert await db.fetchval("select n from fact") == 1
    await db.close()


async def test_kafka_keeps_its_records_through_kill_and_a_half_formatted_folder(
    embedded: Embedded,
) -> None:
    data = embedded.running.home.root / "kafka" / "data"
    data.mkdir(parents=True)
    (data / "meta.properties").write_text("version=1\n")  # and no bootstrap.checkpoint
    address = await embedded.start_kafka()
    await _send(address, b"kept")
    await embedded.kill_kafka()
    assert await embedded.start_kafka() == address
    assert await _read(address) == b"kept"

    await embedded.kill_kafka()
    (data / "meta.properties").unlink()  # now there is something to lose
    with pytest.raises(Trouble, match="holds records but not all of its own files"):
        await embedded.start_kafka()
    assert list(data.glob(f"{TOPIC}-0/*.log"))


def test_an_empty_or_absent_kafka_folder_is_not_formatted(tmp_path: Path) -> None:
    assert not kafka.formatted(tmp_path / "absent")
    (tmp_path / "empty" / "topic-0").mkdir(parents=True)
    (tmp_path / "empty" / "topic-0" / "0.log").touch()
    assert not kafka.formatted(tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


async def _is_cut(db: "asyncpg.Connection[asyncpg.Record]") -> bool:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await db.execute("select 1")
    return True


async def _send(address: str, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=address, acks="all") as producer:
        await producer.send_and_wait(TOPIC, value)


async def _read(address: str) -> bytes:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=address, auto_offset_reset="earliest")
    async with consumer:
        value: bytes = (await consumer.getone()).value
        return value
