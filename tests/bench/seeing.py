"""From a command to the view: how long until somebody who looks can see it, at 50 a second.

Both pipelines run the same way, each part a process or a task of its own, and both views' tables
have the same trigger that says when a row is there. The peer is what one would write by hand for
this alone: insert and NOTIFY in one transaction, a producer with linger 0, a consumer, an upsert.
"""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from linli_shared.consumer import Projector
from linli_shared.doorbell import Doorbell, listen
from linli_shared.ending import ended
from linli_shared.kafka import create_topics
from linli_shared.relay import Relay
from linli_shared.store import EventStore
from linli_shared.writer import Writer

from shared.tests.broker import until
from tests.bench.ledger import LEDGERS, TEXT, TITLE, Open, asked
from tests.bench.measuring import Comparison, Target
from tests.bench.places import Place
from tests.bench.viewing import opened

PER_S: Final = 50
_SEEN: Final = """
create function seen() returns trigger language plpgsql as
$$ begin perform pg_notify('seen', new.{key}::text); return null; end $$;
create trigger seen after insert on {table} for each row execute function seen();"""
Send: Any = Callable[[int], Awaitable[str]]


class Timed:
    """Sends at a steady rate, and notes when each is seen."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}
        self._early: dict[str, float] = {}
        self.took_ms: list[float] = []

    def seen(self, key: str) -> None:
        now = time.perf_counter()
        if key in self._sent:
            self.took_ms.append((now - self._sent.pop(key)) * 1000)
        else:
            self._early[key] = now  # before its sender was told

    async def run(self, send: Send, seconds: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            begun = time.perf_counter()
            for n in range(int(seconds * PER_S)):
                await asyncio.sleep(max(0.0, begun + n / PER_S - time.perf_counter()))
                tasks.create_task(self._one(send, n))

        async def all_seen() -> bool:
            return not self._sent

        await until(all_seen, 30)

    async def _one(self, send: Send, number: int) -> None:
        at = time.perf_counter()
        key = await send(number)
        if key in self._early:
            self.took_ms.append((self._early.pop(key) - at) * 1000)
        else:
            self._sent[key] = at


async def seeing(place: Place) -> AsyncIterator[Comparison]:
    took: dict[str, list[float]] = {}

    async def p50(who: str, pipeline: Any) -> float:
        timed: Timed
        async with pipeline(place) as (timed, send):
            await timed.run(send, 2)
            timed.took_ms.clear()
            await timed.run(send, place.seconds * 2)
        took[who] = timed.took_ms
        return statistics.median(timed.took_ms)

    async def p99(who: str) -> float:  # of the run that p50 has just made
        return statistics.quantiles(took[who], n=100)[98]

    half = Comparison(
        "command to view at 50/s, p50", "ms",
        {"linli": lambda: p50("linli", linli), "by hand": lambda: p50("by hand", by_hand)},
        [Target("by hand", 1.5)],
    )  # fmt: skip
    yield half
    yield Comparison(
        "command to view at 50/s, p99 of the last run", "ms",
        {"linli": lambda: p99("linli"), "by hand": lambda: p99("by hand")},
        [Target("by hand", 2)],
    )  # fmt: skip


@asynccontextmanager
async def watched(url: str, table: str, key: str) -> AsyncIterator[Timed]:
    timed, db = Timed(), await asyncpg.connect(url)
    await db.execute(_SEEN.format(table=table, key=key))
    await db.add_listener("seen", lambda *told: timed.seen(str(told[3])))
    yield timed
    await db.close()


@asynccontextmanager
async def linli(place: Place) -> AsyncIterator[tuple[Timed, Any]]:
    views = opened(topic := f"linli.bench.{uuid4().hex}")
    urls = await place.database(views=[views])
    async with AsyncExitStack() as stack:
        pools = [
            await stack.enter_async_context(asyncpg.create_pool(urls[name], min_size=1, max_size=4))
            for name in ("LINLI_APP_URL", "LINLI_RELAY_URL", "LINLI_VIEW_URL")
        ]
        wake = asyncio.Event()
        bell = Doorbell(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
        writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]), on_append=bell.ring)
        relay = Relay(pools[1], place.stack.kafka, topic, "bench", wake)
        (build,) = await views.builds(pools[2])
        projector = Projector(pools[2], place.stack.kafka, build, "bench")
        timed = await stack.enter_async_context(
            watched(place.admin(urls), views.tables[0].of(1), "ledger_id")
        )
        parts = [bell.run(), writer.run(), relay.run(), projector.run()]
        parts.append(listen(lambda: asyncpg.connect(urls["LINLI_RELAY_URL"]), wake))
        running = [asyncio.create_task(part) for part in parts]
        store = EventStore(pools[0], writer)

        async def send(number: int) -> str:
            estate, command = f"estate-{number % 64}", Open(title=TITLE, text=TEXT)
            return str((await store.create(LEDGERS, command, asked(estate), estate)).key)

        async def ready() -> bool:
            return relay.ready and projector.ready

        await until(ready, 30)
        yield timed, send
        await ended(*running)


@asynccontextmanager
async def by_hand(place: Place) -> AsyncIterator[tuple[Timed, Any]]:
    urls, topic = await place.database(store=False), f"linli.bench.{uuid4().hex}"
    url = place.admin(urls)
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        await pool.execute("create table fact (position bigserial primary key, id uuid, data text)")
        await pool.execute("create table seen_row (id uuid primary key, title text)")
        await create_topics(place.stack.kafka, [topic])
        producer = AIOKafkaProducer(bootstrap_servers=place.stack.kafka, linger_ms=0, acks="all")
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=place.stack.kafka,
            fetch_max_wait_ms=50,
            auto_offset_reset="earliest",
        )
        await producer.start()
        await consumer.start()
        async with watched(url, "seen_row", "id") as timed:
            tasks = [
                asyncio.create_task(_relayed(url, pool, producer, topic)),
                asyncio.create_task(_upserted(pool, consumer)),
            ]

            async def send(number: int) -> str:
                key, data = uuid4(), json.dumps({"title": TITLE, "text": TEXT})
                async with pool.acquire() as db, db.transaction():
                    # Without it commits overtake each other, and "position > $1" skips some.
                    await db.execute("select pg_advisory_xact_lock(1)")
                    await db.execute("insert into fact (id, data) values ($1, $2)", key, data)
                    await db.execute("select pg_notify('fact', '')")
                return str(key)

            await asyncio.sleep(1)
            yield timed, send
            await ended(*tasks)
        await producer.stop()
        await consumer.stop()


async def _relayed(url: str, pool: Any, producer: AIOKafkaProducer, topic: str) -> None:
    rung, after = asyncio.Event(), 0
    db = await asyncpg.connect(url)
    await db.add_listener("fact", lambda *_: rung.set())
    while True:
        await rung.wait()
        rung.clear()
        sql = "select position, id, data from fact where position > $1 order by position"
        for row in await pool.fetch(sql, after):
            await producer.send_and_wait(topic, row["data"].encode(), key=row["id"].bytes)
            after = row["position"]


async def _upserted(pool: Any, consumer: AIOKafkaConsumer) -> None:
    async for record in consumer:
        sql = "insert into seen_row values ($1, $2) on conflict (id) do update set title = $2"
        await pool.execute(sql, UUID(bytes=record.key), json.loads(record.value)["title"])
