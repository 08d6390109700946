"""Every topic through real Kafka and a real projector: the tables hold what the folds make."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
from linli_local.testing import Stack
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.fold import fold
from linli_shared.kafka import create_topics
from linli_shared.table import Table
from linli_shared.viewset import Build
from linli_views.app import VIEWS

from services.views.tests.test_topics_shuffled import MONTH
from shared.tests.broker import Raw, until, write
from shared.tests.things import wire

Rows = dict[str, set[str]]
_AT = "select topic, max(position) as at from view.progress group by topic"


async def stored(pool: asyncpg.Pool, tables: list[Table]) -> Rows:
    found: Rows = {}
    for table in tables:
        rows = await pool.fetch(f"select {', '.join(table.columns)} from {table.of(1)}")
        found[table.name] = {_plain(table.parse(row)) for row in rows}
    return found


def folded() -> Rows:
    found: Rows = {}
    for view in VIEWS.members:
        made = fold(view, MONTH, {})
        if view.rows:
            found[view.rows.name] = {_plain(row) for row in made.rows.values() if row}
        if view.lines:
            found[view.lines.name] = {_plain(line) for line in made.lines}
    return found


def _plain(row: Any) -> str:
    """As PostgreSQL gives it back: moments of any zone, objects in any order."""
    return json.dumps(asdict(row), sort_keys=True, default=_instant)


def _instant(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else str(value)


async def test_what_is_read_from_three_topics_is_in_the_tables_as_the_folds_make_it(
    make_database: Callable[..., Awaitable[dict[str, str]]], stack: Stack
) -> None:
    """Topics of its own, so that no other test's positions are in them."""
    mark = uuid4().hex[:8]
    topics = {topic: topic.replace("linli.", f"linli.t{mark}.") for topic in VIEWS.topics}
    build = Build(replace(VIEWS, topics=list(topics.values())), 1)
    urls = await make_database(store=False, views=[VIEWS])
    await create_topics(stack.kafka, build.views.topics)
    for topic, own in topics.items():
        records = [r for r in MONTH if r.topic == topic]
        raw = [Raw(r.shard, r.value, wire(r.fact, own), r.fact.stream.encode()) for r in records]
        await write(stack.kafka, own, raw)
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=3) as pool:
        running = asyncio.create_task(Projector(pool, stack.kafka, build, "me").run())
        try:

            async def read() -> bool:
                rows = await pool.fetch(_AT)
                ends = {topics[r.topic]: r.fact.position for r in MONTH}
                return {row["topic"]: row["at"] for row in rows} == ends

            await until(read, 60)
        finally:
            await ended(running)
        assert not await pool.fetch("select error from view.parked")
        assert await stored(pool, VIEWS.tables) == folded()
