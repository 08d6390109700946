"""Bad records on every topic that any service reads: every reader, found by looking, goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from linli_contracts.catalogue import services
from linli_local.testing import Stack
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.kafka import Fact, create_topics
from linli_shared.viewset import Build, ViewSet

from shared.tests.broker import Raw, until, write
from shared.tests.things import SHARD, made, wire

SETS = [(service.name, views) for service in services() for views in service.sets]
NO_EVENT = (b"{", b"[]", b'"text"', b"\xff\xfe", b"", b"null", b'{"a": NaN}')


def test_the_readers_are_found_by_themselves() -> None:
    found = {f"{service} {views.name}" for service, views in SETS}
    assert {"views main", "notifications processes", "cases processes"} <= found


def poison(views: ViewSet, topic: str, real: str) -> list[Fact]:
    """A fact of each type that the set reads there, in a stream of its own and with data that are
    no event of it; then one of its next version; then one of a type that nobody knows."""
    kinds = sorted({kind for view in views.members for kind in view.handlers})
    kinds = [kind for kind in kinds if kind.startswith(f"{real.removesuffix('.v1')}.")]
    bad = [(kind, NO_EVENT[n % len(NO_EVENT)]) for n, kind in enumerate(kinds)]
    bad += [(kind.rpartition(".v")[0] + ".v99", b"{}") for kind in kinds]
    bad += [(f"{real.removesuffix('.v1')}.NobodyKnows.v1", b"{")]
    return [
        replace(made(n, thing=str(n), prev=n - 1), kind=kind, data=data)
        for n, (kind, data) in enumerate(bad, 1)
    ]


@pytest.mark.parametrize(
    ("service", "views"), SETS, ids=[f"{service}-{views.name}" for service, views in SETS]
)
async def test_a_reader_puts_bad_records_aside_and_goes_on(
    service: str,
    views: ViewSet,
    stack: Stack,
    make_database: Callable[..., Awaitable[dict[str, str]]],
) -> None:
    """Its own topics, under names that nobody else reads. Went red where a fold's failure was
    raised in `fold` instead of being parked: the reader stood still before the first."""
    end = uuid4().hex[:8]
    topics = {real: f"{real.rpartition('.')[0]}.{end}" for real in views.topics}
    mine = replace(views, topics=list(topics.values()))
    urls = await make_database(store=False, views=[mine])
    await create_topics(stack.kafka, mine.topics)
    parked = foreign = 0
    ends: dict[str, int] = {}
    for real, topic in topics.items():
        facts = poison(views, topic, real)
        stranger = Raw(SHARD, b"{}", [("ce_id", b"x"), ("ce_type", b"?")], b"key")
        told = [Raw(SHARD, fact.data, wire(fact, topic), fact.stream.encode()) for fact in facts]
        forged = Raw(SHARD, b"{}", wire(facts[0], "linli.stranger.v1"))
        await write(stack.kafka, topic, [stranger, forged, *told, stranger])
        ends[topic], foreign = facts[-1].position, foreign + 3
        handled = [kind for view in views.members for kind in view.handlers]
        parked += 2 * sum(kind.startswith(f"{real.removesuffix('.v1')}.") for kind in handled)
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as pool:

        async def all_read() -> bool:
            rows = await pool.fetch("select topic, position from view.progress where position > 0")
            strange = await pool.fetchval("select count(*) from view.parked where view = ''")
            return {row["topic"]: row["position"] for row in rows} == ends and strange == foreign

        reading = asyncio.create_task(
            Projector(pool, stack.kafka, Build(mine, 1), "reader", lease_s=2).run()
        )
        try:
            await until(all_read, 120)
        finally:
            await ended(reading)
        assert await pool.fetchval("select count(*) from view.parked where view <> ''") == parked
        for table in mine.tables:
            assert await pool.fetchval(f"select count(*) from {table.of(1)}") == 0
