"""What an operator does about parked records: list, retry, discard."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from linli_operate.parked import discard, parked, retry
from linli_shared.fold import BEHIND
from linli_shared.kafka import Fact
from linli_shared.projector import progress, project
from linli_shared.view import View
from linli_shared.viewset import Build, ViewSet

from shared.tests.conftest import Urls
from shared.tests.things import (
    BOARD,
    LEDGER,
    SHARD,
    Line,
    Noted,
    closed,
    made,
    noted,
    opened,
    record,
    things,
)  # fmt: skip

TOPIC = "linli.test"
OLD = Build(things(TOPIC), 1)
STREAM = "thing-a"
NUL = json.dumps({"thing": "a", "note": "\0"})


@pytest.fixture
async def pool(
    make_database: Callable[..., Awaitable[Urls]],
) -> AsyncIterator[asyncpg.Pool]:
    urls = await make_database(views=[OLD.views])
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    await OLD.views.begin(owner)
    await owner.close()
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool:
        yield pool


async def apply(pool: asyncpg.Pool, build: Build, *facts: Fact) -> None:
    async with pool.acquire() as db:
        await progress(db, build, TOPIC, [SHARD])
    records = [record(fact, views=build.views.members) for fact in facts]
    await project(pool, build, TOPIC, {SHARD: records})


async def positions(pool: asyncpg.Pool) -> list[tuple[int | None, bool]]:
    """Of the board: the ledger has its own."""
    async with pool.acquire() as db:
        found = await parked(db)
    return [(p.position, p.error == BEHIND) for p in found if p.view == "board"]


async def board(pool: asyncpg.Pool) -> list[tuple[Any, ...]]:
    return [tuple(r) for r in await pool.fetch("select thing, notes, tags from view.board_1")]


def newer() -> Build:
    """The same build, as a version of the code folds it that knows Noted.v2."""
    view: View[Line] = View("board", row=Line, key=["thing"])
    view.on("linli.test.Opened.v1", BOARD.handlers["linli.test.Opened.v1"].model)(opened)
    view.on("linli.test.Noted.v1", Noted)(noted)
    view.on("linli.test.Noted.v2", Noted)(noted)
    view.on("linli.test.Closed.v1", BOARD.handlers["linli.test.Closed.v1"].model)(closed)
    return Build(ViewSet("things", 1, [TOPIC], [view, LEDGER]), 1)


FUTURE = replace(made(2), kind="linli.test.Noted.v2")


async def test_a_retry_brings_a_stream_back_in_order(pool: asyncpg.Pool) -> None:
    await apply(pool, OLD, made(1, "Opened"), FUTURE, made(3), made(4, "Opened", "b"), made(5))
    assert await positions(pool) == [(2, False), (3, True), (5, True)]
    assert await retry(pool, OLD, BOARD, TOPIC, SHARD, STREAM) == 0  # the old code still cannot
    assert await positions(pool) == [(2, False), (3, True), (5, True)]
    build = newer()
    assert await retry(pool, build, build.views.members[0], TOPIC, SHARD, STREAM) == 3
    assert await positions(pool) == []
    assert ("a", 3, '["n2", "n3", "n5"]') in await board(pool)
    await apply(pool, build, made(6))
    assert ("a", 4, '["n3", "n5", "n6"]') in await board(pool)


async def test_a_retry_takes_what_comes_before_the_next_poison(pool: asyncpg.Pool) -> None:
    bad = made(4, data="{")
    await apply(pool, OLD, made(1, "Opened"), FUTURE, made(3), bad, made(5))
    build = newer()
    assert await retry(pool, build, build.views.members[0], TOPIC, SHARD, STREAM) == 2
    assert await positions(pool) == [(4, False), (5, True)]


async def test_a_retry_leaves_other_streams_and_other_views_alone(pool: asyncpg.Pool) -> None:
    other = replace(made(4, thing="b"), kind="linli.test.Noted.v2")
    await apply(pool, OLD, made(1, "Opened"), FUTURE, made(3, "Opened", "b"), other)
    build = newer()
    await retry(pool, build, build.views.members[0], TOPIC, SHARD, STREAM)
    assert await positions(pool) == [(4, False)]


async def test_a_discarded_record_is_done_without_and_those_behind_it_go_on(
    pool: asyncpg.Pool,
) -> None:
    await apply(pool, OLD, made(1, "Opened"), made(2, data="{"), made(3), made(4))
    assert await discard(pool, OLD, BOARD, TOPIC, SHARD, 2, "garbled", "li") == 2
    assert await positions(pool) == []
    assert await board(pool) == [("a", 2, '["n3", "n4"]')]
    row = await pool.fetchrow("select reason, discarded_by from view.discarded")
    assert tuple(row or ()) == ("garbled", "li")


async def test_a_rebuild_honours_what_was_discarded(pool: asyncpg.Pool) -> None:
    """Went red without `discarded` handed to the fold."""
    facts = [made(1, "Opened"), made(2, data="{"), made(3)]
    await apply(pool, OLD, *facts)
    await discard(pool, OLD, BOARD, TOPIC, SHARD, 2, "garbled", "li")
    await apply(pool, Build(OLD.views, 2), *facts)
    assert await positions(pool) == []
    same = "select * from view.board_1 except select * from view.board_2"
    assert await pool.fetch(same) == []
    assert await pool.fetchval("select count(*) from view.board_2") == 1


async def test_a_rebuild_that_had_parked_it_already_takes_the_decision_at_a_retry(
    pool: asyncpg.Pool,
) -> None:
    new, facts = Build(OLD.views, 2), [made(1, "Opened"), made(2, data="{"), made(3)]
    await apply(pool, OLD, *facts)
    await apply(pool, new, *facts)
    await discard(pool, OLD, BOARD, TOPIC, SHARD, 2, "garbled", "li")
    assert await positions(pool) == [(2, False), (3, True)]  # the new build's
    assert await retry(pool, new, BOARD, TOPIC, SHARD, STREAM) == 2
    assert await positions(pool) == []


async def test_two_records_that_only_the_database_refuses_are_discarded_one_after_the_other(
    pool: asyncpg.Pool,
) -> None:
    """Went red when a retry was one statement: the second undid the discarding of the first."""
    facts = [made(1, "Opened"), made(2, data=NUL), made(3), made(4, data=NUL), made(5)]
    await apply(pool, OLD, *facts)
    assert await positions(pool) == [(2, False), (3, True), (4, True), (5, True)]
    assert await discard(pool, OLD, BOARD, TOPIC, SHARD, 2, "NUL", "li") == 1
    assert await positions(pool) == [(4, False), (5, True)]
    assert await discard(pool, OLD, BOARD, TOPIC, SHARD, 4, "NUL", "li") == 1
    assert await board(pool) == [("a", 2, '["n3", "n5"]')]


async def test_what_is_not_parked_cannot_be_discarded(pool: asyncpg.Pool) -> None:
    await apply(pool, OLD, made(1, "Opened"))
    with pytest.raises(LookupError, match=f"no parked record {TOPIC}/{SHARD}/1"):
        await discard(pool, OLD, BOARD, TOPIC, SHARD, 1, "", "li")
