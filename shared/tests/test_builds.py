"""Blue-green: a build beside the live one, flipped when it is whole, and the old one dropped."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import asyncpg
import pytest
from linli_shared.kafka import Fact
from linli_shared.projector import progress, project
from linli_shared.viewset import Build, NotLive, NotReady

from shared.tests.conftest import Urls
from shared.tests.things import SHARD, made, record, things

TOPIC = "linli.test"
VIEWS = things(TOPIC)
NEWER = replace(VIEWS, revision=2)
FACTS = [made(n, "Noted" if n > 1 else "Opened", version=n) for n in range(1, 9)]


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database(views=[VIEWS])


@pytest.fixture
async def owner(urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    yield db
    await db.close()


@pytest.fixture
async def pool(urls: Urls) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool:
        yield pool


Owner = asyncpg.Connection  # shorter below


async def apply(pool: asyncpg.Pool, build: Build, *facts: Fact) -> None:
    async with pool.acquire() as db:
        await progress(db, build, TOPIC, [SHARD])
    await project(pool, build, TOPIC, {SHARD: [record(fact) for fact in facts]})


async def live(owner: Owner, revision: int) -> int:
    return await replace(VIEWS, revision=revision).live(owner)  # a copy remembers nothing


async def test_the_first_build_is_live_at_once_and_installing_again_changes_nothing(
    owner: Owner,
) -> None:
    for _ in range(2):
        await VIEWS.install(owner)
        assert [b.id for b in await VIEWS.builds(owner)] == ["things.1"]
        assert await live(owner, 1) == 1


async def test_another_revision_begins_a_build_that_is_not_live(owner: Owner) -> None:
    await NEWER.install(owner)
    assert [b.id for b in await NEWER.builds(owner)] == ["things.2"]
    assert [b.id for b in await VIEWS.builds(owner)] == ["things.1"]  # old code goes on
    with pytest.raises(NotLive):
        await live(owner, 2)
    assert await live(owner, 1) == 1


async def test_a_build_is_flipped_when_it_has_read_all_that_the_live_one_has(
    owner: Owner, pool: asyncpg.Pool
) -> None:
    await apply(pool, Build(VIEWS, 1), *FACTS)
    await NEWER.install(owner)
    await apply(pool, Build(NEWER, 2), *FACTS[:5])
    with pytest.raises(NotReady, match=rf"things.2 is behind things.1: {TOPIC}/{SHARD} at 5 of 8"):
        await NEWER.flip(owner)
    assert await live(owner, 1) == 1
    await apply(pool, Build(NEWER, 2), *FACTS[5:])
    assert (await NEWER.flip(owner)).number == 2
    assert await live(owner, 2) == 2
    with pytest.raises(NotLive):
        await live(owner, 1)
    for table in ("board", "ledger", "ledger_line"):
        for a, b in ((1, 2), (2, 1)):
            sql = f"select * from view.{table}_{a} except select * from view.{table}_{b}"
            assert await pool.fetch(sql) == []


async def test_a_build_with_parked_records_is_not_flipped(owner: Owner, pool: asyncpg.Pool) -> None:
    facts = [*FACTS[:2], replace(FACTS[2], data=b"{"), FACTS[3]]
    await apply(pool, Build(VIEWS, 1), *facts)
    await NEWER.install(owner)
    await apply(pool, Build(NEWER, 2), *facts)
    # The ledger asks for less, but what is no JSON at all stops it too.
    with pytest.raises(NotReady, match=r"things\.2 has 4 parked records: retry or discard them"):
        await NEWER.flip(owner)


async def test_without_another_build_there_is_nothing_to_flip(owner: Owner) -> None:
    with pytest.raises(NotReady, match="no build of things, revision 1, after the live"):
        await VIEWS.flip(owner)


async def test_code_of_an_older_revision_does_not_flip_back(
    owner: Owner, pool: asyncpg.Pool
) -> None:
    await NEWER.install(owner)
    await NEWER.flip(owner)
    with pytest.raises(NotReady, match="no build of things, revision 1, after the live"):
        await VIEWS.flip(owner)


async def test_a_build_of_the_same_revision_may_be_made_again(
    owner: Owner, pool: asyncpg.Pool
) -> None:
    await apply(pool, Build(VIEWS, 1), *FACTS)
    again = await VIEWS.begin(owner)
    assert [b.number for b in await VIEWS.builds(owner)] == [1, 2]
    await apply(pool, again, *FACTS)
    assert await VIEWS.flip(owner) == again


async def test_an_old_build_is_dropped_whole_and_the_live_one_never(
    owner: Owner, pool: asyncpg.Pool
) -> None:
    await apply(pool, Build(VIEWS, 1), *FACTS)
    with pytest.raises(NotReady, match=r"things\.1 is live"):
        await VIEWS.drop(owner, 1)
    await NEWER.install(owner)
    await apply(pool, Build(NEWER, 2), *FACTS)
    await NEWER.flip(owner)
    await NEWER.drop(owner, 1)
    left = "select table_name from information_schema.tables where table_schema = 'view'"
    names = {row["table_name"] for row in await owner.fetch(left)}
    assert {name for name in names if name[-2:] == "_1"} == set()
    assert {"board_2", "ledger_2", "ledger_line_2"} <= names
    assert await pool.fetchval("select count(*) from view.progress where views = 'things.1'") == 0
    assert await live(owner, 2) == 2
