"""Everything that is held on a person, out of an estate's facts, beside a consumer that takes the
same records and looks at none."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from aiokafka import TopicPartition
from linli_shared.kafka import create_topics, headers, shard_of, source_of, start_producer
from linli_shared.reading import read, reader
from linli_shared.seal import Plain
from linli_views.held.api import written
from linli_views.held.search import searching
from linli_views.held.writing import Json
from linli_views.sight import Sight

from tests.bench.measuring import Comparison, Target
from tests.bench.places import Place

FACTS: Final = 100_000
NAMING: Final = 100  # one in so many is about the person
_AT: Final = datetime(2026, 5, 4, tzinfo=UTC)
_DATA: Final = {
    "occurred_at": _AT.isoformat(), "case_id": str(UUID(int=1)), "kind": "complaint",
    "case_no": "XX-2026-000001", "service_code": "lighting", "title": "x" * 300,
    "description": "x" * 600, "place": {"building_id": "3"}, "channel": "app", "priority": "P3",
}  # fmt: skip


async def holding(place: Place) -> AsyncIterator[Comparison]:
    topic, kafka = f"linli.bench{uuid4().hex[:8]}.v1", place.stack.kafka
    await create_topics(kafka, [topic])
    await _fill(kafka, topic)

    async def linli() -> float:
        begun, told = time.monotonic(), 0
        async with searching(kafka, [topic], "li", ["xx"]) as search:
            async for text in written(search, Json(), Plain(), Sight("li", (), ("xx",))):
                told += text.count('"event_id"')
        assert search.complete
        assert told == FACTS // NAMING
        return FACTS / (time.monotonic() - begun)

    async def consumer() -> float:
        begun, part, found = time.monotonic(), TopicPartition(topic, shard_of("xx")), 0
        async with reader(kafka, [part]) as taking:
            await taking.seek_to_beginning(part)
            while found < FACTS:
                got = await read(taking, part, timeout_ms=500, most=1000)
                found += len(got.records.get(part, ()))
        return FACTS / (time.monotonic() - begun)

    runs = {"linli": linli, "aiokafka": consumer}
    yield Comparison("held on a person", "facts/s", runs, [Target("aiokafka", 0.5)])


async def _fill(kafka: Any, topic: str) -> None:
    producer, shard = await start_producer(kafka), shard_of("xx")
    for begin in range(0, FACTS, 500):
        batch = producer.create_batch()
        for n in range(begin, min(begin + 500, FACTS)):
            person = "li" if n % NAMING == 0 else f"p{n % 2000}"
            row = {
                "id": UUID(int=n), "type": "linli.cases.CaseOpened.v1", "stream": f"case-{n}",
                "occurred_at": _AT, "recorded_at": _AT, "position": n + 1, "estate": "xx",
                "version": 1, "correlation": UUID(int=n), "command": UUID(int=n), "ordinal": 1,
                "request": UUID(int=n), "meta": json.dumps({"actor": person}), "causation": None,
            }  # fmt: skip
            data = {**_DATA, "reporter_id": person, "by_id": person}
            batch.append(
                key=None, value=json.dumps(data).encode(), timestamp=None,
                headers=headers(source_of(topic), row, n),
            )  # fmt: skip
        batch.close()
        await (await producer.send_batch(batch, topic, partition=shard))
    await asyncio.wait_for(producer.stop(), 30)
