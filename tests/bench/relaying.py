"""The relay, from the store to Kafka, beside a producer that has the same records in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import uuid4

import asyncpg
from linli_shared.ending import ended
from linli_shared.kafka import create_topics, headers, source_of, start_producer
from linli_shared.relay import Relay

from shared.tests.broker import until
from tests.bench.measuring import Comparison, Target
from tests.bench.places import Place

EVENTS: Final = 60_000
FILL: Final = """
insert into es.event (shard, estate, stream, version, command, ordinal, request, type, data, meta,
                      id, correlation, occurred_at, recorded_at)
select es.shard_of(e), e, 'ledger-' || gen_random_uuid(), 1, gen_random_uuid(), 1,
       gen_random_uuid(), 'linli.bench.Opened.v1', $2, '{"actor": "li", "roles": ["clerk"]}',
       gen_random_uuid(), gen_random_uuid(), now(), now()
  from generate_series(1, $1) n, lateral (select 'estate-' || n % 64 as e) named"""
DATA: Final = '{"title": "%s"}' % ("x" * 300)
_ROWS: Final = "select * from es.event order by shard, position"


async def relaying(place: Place) -> AsyncIterator[Comparison]:
    urls = await place.database()
    db = await asyncpg.connect(place.admin(urls))
    await db.execute("set linli.estate = ''")
    await db.execute(FILL, EVENTS, DATA)
    await db.execute("analyze es.event")
    rows = [dict(row) for row in await db.fetch(_ROWS)]

    async def linli() -> float:
        topic = f"linli.bench.{uuid4().hex}"
        await db.execute("update es.relay set position = 0")
        async with asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=4) as pool:
            relay = Relay(pool, place.stack.kafka, topic, uuid4().hex, asyncio.Event())
            running = asyncio.create_task(relay.run())
            await until(lambda: _begun(db), 60)
            begun = time.monotonic()
            left = EVENTS - await _published(db)
            await until(lambda: _through(db), 120)
            passed = time.monotonic() - begun
            await ended(running)
        return left / passed

    async def producer() -> float:
        return await _from_memory(place.stack.kafka, rows)

    yield Comparison(
        "relay", "records/s", {"linli": linli, "aiokafka": producer}, [Target("aiokafka", 0.5)]
    )
    await db.close()


async def _published(db: asyncpg.Connection) -> int:
    sql = """select count(*) from es.event e join es.relay r on r.shard = e.shard
              where e.position <= r.position"""
    return int(await db.fetchval(sql))


async def _begun(db: asyncpg.Connection) -> bool:
    return bool(await db.fetchval("select max(position) > 0 from es.relay"))


async def _through(db: asyncpg.Connection) -> bool:
    sql = """select not exists (select from es.relay r where r.position <
              (select max(e.position) from es.event e where e.shard = r.shard))"""
    return bool(await db.fetchval(sql))


async def _from_memory(servers: str, rows: list[dict[str, Any]]) -> float:
    """The same keys, bytes and headers; batches of at most 500, one in flight a shard."""
    topic = f"linli.bench.{uuid4().hex}"
    await create_topics(servers, [topic])
    producer = await start_producer(servers)
    shards: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        shards.setdefault(row["shard"], []).append(row)

    async def publish(shard: int, events: list[dict[str, Any]]) -> None:
        for start in range(0, len(events), 500):
            batch = producer.create_batch()
            for row in events[start : start + 500]:
                batch.append(
                    key=row["stream"].encode(), value=row["data"].encode(), timestamp=None,
                    headers=headers(source_of(topic), row, 0),
                )  # fmt: skip
            batch.close()
            await (await producer.send_batch(batch, topic, partition=shard))

    begun = time.monotonic()
    await asyncio.gather(*(publish(shard, events) for shard, events in shards.items()))
    passed = time.monotonic() - begun
    await producer.stop()
    return len(rows) / passed
