"""A projector, from Kafka into the real case board set, beside a bare consumer that parses and
upserts one row a case in batches of 500, and knows no position, no parking and no second table."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.kafka import SHARDS, create_topics, headers, shard_of, source_of, start_producer
from linli_shared.viewset import ViewSet
from linli_views.app import VIEWS

from shared.tests.broker import until
from tests.bench.measuring import Comparison, Target
from tests.bench.places import ROOT, Place

CASES: Final = 12_000
GOLDEN: Final = ROOT / "services/cases/linli_cases/golden"
LIFE: Final = ("CaseOpened", "CaseAcknowledged", "CaseAssigned", "WorkStarted", "CaseResolved")
_META: Final = '{"actor": "li", "roles": ["clerk"]}'
_UPSERT: Final = """
insert into bare select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])
    on conflict (case_id) do update set state = excluded.state, version = excluded.version"""


def lives(cases: int) -> Iterator[dict[str, Any]]:
    """Rows as the store has them: so many cases, each from its opening to its resolution, in 64
    estates. All live at once, as they do: the first events of all, then the second ones."""
    golden = {kind: _golden(GOLDEN / f"{kind}.v1.json") for kind in LIFE}
    ids = [(uuid4(), f"estate-{n % 64}") for n in range(cases)]
    now, position = datetime.now(UTC) - timedelta(hours=1), 0
    for version, kind in enumerate(LIFE, 1):
        for case, estate in ids:
            position += 1
            yield {
                "id": uuid4(), "type": f"linli.cases.{kind}.v1", "stream": f"case-{case}",
                "occurred_at": now, "recorded_at": now, "position": position, "estate": estate,
                "version": version, "correlation": case, "causation": None,
                "shard": shard_of(estate), "data": golden[kind].replace("CASE", str(case)),
                "command": case, "ordinal": 1, "request": case, "meta": _META,
            }  # fmt: skip


def _golden(file: Path) -> str:
    data = json.loads(file.read_text())
    return json.dumps(data | {"case_id": "CASE"}, ensure_ascii=False)


async def published(servers: str, topic: str, rows: Iterator[Mapping[str, Any]]) -> int:
    """As a relay publishes them; how many."""
    await create_topics(servers, [topic])
    producer, shards = await start_producer(servers), dict.fromkeys(range(SHARDS), 0)
    batches: dict[int, Any] = {}
    count = 0
    for row in rows:
        shard = row["shard"]
        made = headers(source_of(topic), row, shards[shard])
        stamp = int(row["recorded_at"].timestamp() * 1000)
        for _ in range(2):
            batch = batches.setdefault(shard, producer.create_batch())
            value, key = row["data"].encode(), row["stream"].encode()
            if batch.append(key=key, value=value, timestamp=stamp, headers=made):
                break
            batches.pop(shard).close()
            await (await producer.send_batch(batch, topic, partition=shard))
        shards[shard], count = row["position"], count + 1
    for shard, batch in batches.items():
        batch.close()
        await (await producer.send_batch(batch, topic, partition=shard))
    await producer.stop()
    return count


async def projecting(place: Place) -> AsyncIterator[Comparison]:
    topic = a_topic()
    count = await published(place.stack.kafka, topic, lives(CASES))
    runs = {
        "linli": lambda: built(place, topic, count),
        "bare consumer": lambda: _bare(place, topic, count),
    }
    yield Comparison("projector, real case views", "events/s", runs, [Target("bare consumer", 0.5)])


def a_topic() -> str:
    """Of the cases' facts, and of nobody else's run."""
    return f"linli.cases.{uuid4().hex}"


async def built(place: Place, topic: str, count: int) -> float:
    """Events a second of a build of the views from nothing."""
    views = ViewSet(VIEWS.name, VIEWS.revision, [topic], VIEWS.members)
    urls = await place.database(store=False, views=[views])
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as pool:
        (build,) = await views.builds(pool)
        db = await asyncpg.connect(place.admin(urls))

        async def all_read() -> bool:  # asked of few rows: what asks must not be what is measured
            sql = "select sum(next) from view.progress where topic = $1"
            return bool(await db.fetchval(sql, topic) == count)

        begun = time.monotonic()
        running = asyncio.create_task(Projector(pool, place.stack.kafka, build, "bench").run())
        await until(all_read, 600)
        passed = time.monotonic() - begun
        await ended(running)
        sql = "select count(*) from view.case_board_1 where version = $1"
        assert await db.fetchval(sql, len(LIFE)) == count // len(LIFE)
        await db.close()
    return count / passed


async def _bare(place: Place, topic: str, count: int) -> float:
    urls = await place.database(store=False)
    db = await asyncpg.connect(place.admin(urls))
    await db.execute(
        "create table bare (case_id uuid primary key, estate text, state text, version bigint)"
    )
    consumer = AIOKafkaConsumer(
        bootstrap_servers=place.stack.kafka, enable_auto_commit=False, max_poll_records=500,
        max_partition_fetch_bytes=2**22,
    )  # fmt: skip
    await consumer.start()
    parts = [TopicPartition(topic, shard) for shard in range(SHARDS)]
    consumer.assign(parts)
    begun, read = time.monotonic(), 0
    await consumer.seek_to_beginning(*parts)
    while read < count:
        rows: dict[UUID, tuple[UUID, str, str, int]] = {}
        for records in (await consumer.getmany(timeout_ms=500, max_records=500)).values():
            for record in records:
                told, event = dict(record.headers), json.loads(record.value)
                case = UUID(event["case_id"])
                version = int(told["ce_streamversion"])
                kind = told["ce_type"].decode()
                rows[case] = (case, told["ce_estateid"].decode(), kind, version)
            read += len(records)
        if rows:
            await db.execute(_UPSERT, *map(list, zip(*rows.values(), strict=True)))
    passed = time.monotonic() - begun
    await consumer.stop()
    await db.close()
    return count / passed
