"""Up to when a shard is complete, and a store that is not written to before it was compared."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from linli_shared.append import SQL, Unavailable, arguments
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.kafka import shard_of
from linli_shared.projector import progress
from linli_shared.relay import Relay
from linli_shared.viewset import Build
from linli_shared.watermarks import Marks, complete_at, mark
from linli_shared.writer import Writer

from shared.tests.broker import until
from shared.tests.conftest import AT, Urls, append
from shared.tests.things import ESTATE, SHARD, things

_CLOCK = """
create or replace function es.now() returns timestamptz language sql volatile
return clock_timestamp() + interval '{} hours'"""
_RECORDED = "select max(recorded_at) from es.event"


@pytest.fixture
async def relay(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    yield db
    await db.close()


@pytest.fixture
async def owner(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    yield db
    await db.close()


async def taken(relay: asyncpg.Connection, estate: str = "e1") -> tuple[int, datetime]:
    (row,) = await relay.fetch("select * from es.watermark($1)", shard_of(estate))
    return row["position"], row["at"]


@pytest.mark.parametrize("before", [0, 1], ids=["nothing-before", "an-event-before"])
async def test_nothing_is_recorded_before_a_watermark_though_the_clock_goes_back(
    writer: Writer, relay: asyncpg.Connection, owner: asyncpg.Connection, before: int
) -> None:
    """Went red, both, with the mark taken out of `es.last_recorded`."""
    for n in range(before):
        await writer.append(append(stream=f"old-{n}"))
    position, at = await taken(relay)
    await owner.execute(_CLOCK.format(-5))
    again = await taken(relay)
    assert again == (position, at)
    answer = await writer.append(append())
    assert answer.position is not None
    assert answer.position > position
    assert await relay.fetchval(_RECORDED) >= at
    assert await taken(relay) == (answer.position, at)


async def test_a_watermark_waits_for_an_append_that_is_not_committed(
    urls: Urls, relay: asyncpg.Connection
) -> None:
    """Went red without the shard's lock in `es.watermark`: it was taken before the append, and
    the event behind it was recorded earlier."""
    slow = await asyncpg.connect(urls["LINLI_APP_URL"])
    transaction = slow.transaction()
    await transaction.start()
    (row,) = await slow.fetch(SQL, *arguments([append(stream="slow")]))
    waiting = asyncio.create_task(taken(relay))
    done, _ = await asyncio.wait([waiting], timeout=0.3)
    assert not done
    await transaction.commit()
    position, at = await waiting
    await slow.close()
    assert position == row["position"]
    assert at >= await relay.fetchval(_RECORDED)


async def test_a_store_that_was_not_compared_takes_no_command_and_gives_no_number(
    urls: Urls, owner: asyncpg.Connection
) -> None:
    """One shard is enough: what is reserved and numbered knows no shards. Went red without
    `es.assert_whole`."""
    await owner.execute("update es.relay set incarnation = 'another' where shard = 3")
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]), patience_s=0.5)
    task = asyncio.create_task(writer.run())
    app = await asyncpg.connect(urls["LINLI_APP_URL"])
    with pytest.raises(Unavailable):
        await writer.append(append())
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await app.fetchval("select es.number('e1', 'n')")
    await owner.execute("update es.relay set incarnation = es.incarnation()")
    assert (await writer.append(append(stream="later"))).outcome == "appended"
    assert await app.fetchval("select es.number('e1', 'n')") == 1
    await app.close()
    await ended(task)


async def test_a_new_store_and_a_copied_one_are_compared_before_they_are_written_to(
    stack: Any, make_database: Callable[..., Awaitable[Urls]]
) -> None:
    urls = await make_database()
    name = urls["LINLI_OWNER_URL"].rpartition("/")[2]
    admin = await asyncpg.connect(stack.admin_url)
    same = "select bool_and(incarnation = es.incarnation()) from es.relay"
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    assert await owner.fetchval(same)
    await owner.close()
    copy = f"test_{uuid4().hex[:12]}"
    await admin.execute(f"create database {copy} template {name}")
    other = await asyncpg.connect(stack.admin_url.rpartition("/")[0] + f"/{copy}")
    assert not await other.fetchval(same)
    await other.close()
    await admin.execute(f"drop database {copy}")
    await admin.close()


def message(shard: int, position: int, at: datetime, change: Any = None) -> Any:
    body = {"topic": "linli.things.v1", "shard": shard, "position": position, "at": str(at)}
    return SimpleNamespace(
        value=json.dumps(body | (change or {})).encode(), partition=shard,
        headers=[("ce_source", b"linli/things")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"shard": 4}, {"topic": "linli.others.v1"}, {"at": "2026-01-01"}, {"position": "9"}]
)
def test_a_mark_that_no_relay_of_the_topic_wrote_counts_for_nothing(change: Any) -> None:
    assert mark(message(3, 9, AT)) is not None
    assert mark(message(3, 9, AT, change)) is None


async def test_views_are_complete_up_to_a_mark_once_they_have_read_as_far_and_parked_nothing(
    make_database: Callable[..., Awaitable[Urls]],
) -> None:
    """Went red, each alone, without the comparison of positions and the look at what is parked."""
    topic = "linli.things.v1"
    build = Build(things(topic), 1)
    urls = await make_database(store=False, views=[build.views])
    marks, late = Marks(build), AT + timedelta(minutes=1)
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool:

        async def so_far() -> datetime | None:
            await marks.save(pool)
            async with pool.acquire() as db:
                return await complete_at(db, build.id, [topic], ESTATE)

        async def reach(position: int) -> None:
            await pool.execute("update view.progress set position = $1", position)

        async with pool.acquire() as db:
            await progress(db, build, topic, range(16))
        marks.note([message(SHARD, 7, AT), message(SHARD, 9, late)])
        assert await so_far() is None
        await reach(8)
        assert await so_far() == AT
        await reach(9)
        await pool.execute(
            'insert into view.parked (views, view, topic, shard, "offset", headers, error)'
            " values ($1, 'board', $2, $3, 1, '', '')", build.id, topic, SHARD,
        )  # fmt: skip
        assert await so_far() == AT
        await pool.execute("delete from view.parked")
        assert await so_far() == late
        async with pool.acquire() as db:
            assert await complete_at(db, build.id, [topic, "linli.others.v1"], ESTATE) is None


async def test_what_relay_and_reader_do_alone_makes_an_answer_final_where_nothing_happens(
    stack: Any, make_database: Callable[..., Awaitable[Urls]], topic: str
) -> None:
    build = Build(things(topic), 1)
    urls = await make_database(views=[build.views])
    async with (
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as views,
        asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=4) as pool,
    ):
        relay = Relay(pool, stack.kafka, topic, "me", asyncio.Event(), mark_s=0.2, poll_s=0.05)
        reader = Projector(views, stack.kafka, build, "me", lease_s=1)
        tasks = [asyncio.create_task(relay.run()), asyncio.create_task(reader.run())]
        begun = await pool.fetchval("select clock_timestamp()")

        async def passed() -> bool:
            async with views.acquire() as db:
                at = await complete_at(db, build.id, [topic], ESTATE)
            return at is not None and at > begun

        print(f"\nfinal after {await until(passed, 120):.1f} s")
        await ended(*tasks)
