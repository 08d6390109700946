"""A batch and its progress: together or not at all, once, whoever else is at it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pytest
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.fold import Progress, Record
from linli_shared.kafka import Fact, create_topics
from linli_shared.projector import progress, project
from linli_shared.view import View
from linli_shared.viewset import Build, ViewSet

from shared.tests.broker import Raw, recreate, until, write
from shared.tests.conftest import Urls
from shared.tests.things import (
    LEDGER,
    SHARD,
    Noted,
    Thing,
    made,
    record,
    things,
    wire,
)  # fmt: skip

MakeDatabase = Callable[..., Awaitable[Urls]]
TOPIC = "linli.test"
BUILD = Build(things(TOPIC), 1)


@pytest.fixture
async def pool(make_database: MakeDatabase) -> AsyncIterator[asyncpg.Pool]:
    urls = await make_database(views=[BUILD.views])
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=6) as pool:
        async with pool.acquire() as db:
            await progress(db, BUILD, TOPIC, range(16))
        yield pool


async def apply(pool: asyncpg.Pool, records: Sequence[Record]) -> Progress:
    return (await project(pool, BUILD, TOPIC, {SHARD: records}))[SHARD].progress


async def board(pool: asyncpg.Pool) -> dict[str, int]:
    rows = await pool.fetch("select thing, notes from view.board_1")
    return {row["thing"]: row["notes"] for row in rows}


async def ledger(pool: asyncpg.Pool) -> list[tuple[Any, ...]]:
    sql = "select thing, count, last, disorder from view.ledger_1 order by thing"
    return [tuple(row) for row in await pool.fetch(sql)]


async def parked(pool: asyncpg.Pool) -> list[tuple[str, int]]:
    rows = await pool.fetch("select view, position from view.parked order by position, view")
    return [tuple(row) for row in rows]


def stream(count: int, thing: str = "a") -> list[Fact]:
    """Opened and noted: positions and versions from 1."""
    return [made(n, "Noted" if n > 1 else "Opened", thing, version=n) for n in range(1, count + 1)]


async def test_rows_lines_and_progress_change_together_and_once(pool: asyncpg.Pool) -> None:
    batch = [record(fact) for fact in stream(5)]
    for _ in range(2):
        assert await apply(pool, batch) == Progress(5, 5)
    assert await board(pool) == {"a": 4}
    assert await ledger(pool) == [("a", 5, 5, 0)]
    assert await pool.fetchval("select count(*) from view.ledger_line_1") == 5
    saved = await pool.fetchrow("select * from view.progress where shard = $1", SHARD)
    assert saved is not None
    assert (saved["next"], saved["position"]) == (5, 5)
    assert saved["recorded_at"] == batch[-1].fact.recorded_at


async def test_a_batch_that_fails_half_way_leaves_nothing(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli_shared import projector

    inner = projector._write

    async def fails(db: Any, build: Build, view: View[Any], folded: Any) -> None:
        await inner(db, build, view, folded)
        if view is LEDGER:
            raise OSError("the connection broke")

    monkeypatch.setattr(projector, "_write", fails)
    with pytest.raises(OSError, match="broke"):
        await apply(pool, [record(fact) for fact in stream(5)])
    assert await board(pool) == {}
    monkeypatch.undo()
    assert await apply(pool, [record(fact) for fact in stream(5)]) == Progress(5, 5)


async def test_a_row_may_go_and_come_back(pool: asyncpg.Pool) -> None:
    await apply(pool, [record(fact) for fact in stream(2)])
    await apply(pool, [record(made(3, "Closed", version=3))])
    assert await board(pool) == {}
    await apply(pool, [record(made(4, "Opened", version=4)), record(made(5, version=5))])
    assert await board(pool) == {"a": 1}


async def test_a_zombies_older_batch_changes_nothing(pool: asyncpg.Pool) -> None:
    """Two processes have the same shard, and their transactions overlap. Went red with FOR UPDATE
    taken out of LOCK: both read progress 0, and the later commit put the view back."""
    records = [record(fact) for fact in stream(10)]
    async with pool.acquire() as db, db.transaction():
        await db.execute("lock table view.board_1 in exclusive mode")  # they wait, in this order
        heir = asyncio.create_task(apply(pool, records))
        await waiting(pool, 1)
        zombie = asyncio.create_task(apply(pool, records[:5]))
        await waiting(pool, 2)
    assert (await heir, await zombie) == (Progress(10, 10), Progress(10, 10))
    assert await board(pool) == {"a": 9}
    assert await ledger(pool) == [("a", 10, 10, 0)]


async def waiting(pool: asyncpg.Pool, count: int) -> None:
    sql = """select count(*) from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'"""

    async def so_many() -> bool:
        return bool(await pool.fetchval(sql) >= count)

    await until(so_many)


@dataclass(frozen=True, slots=True)
class Both:
    """A row of two topics, each with a column of its own."""

    estate: str
    thing: str
    notes: int
    pings: int


async def test_two_topics_may_fold_into_one_row_at_the_same_time(
    make_database: MakeDatabase,
) -> None:
    """Went red when only the progress of the batch's own topic was locked: one topic's columns
    were written back as the other's process had read them."""
    view: View[Both] = View("both", row=Both, key=["thing"])

    @view.on("linli.test.Noted.v1", Noted)
    def noted(row: Both | None, event: Noted, fact: Fact) -> Both:
        row = row or Both(fact.estate, event.thing, 0, 0)
        return replace(row, notes=row.notes + 1)

    @view.on("linli.other.Pinged.v1", Thing)
    def pinged(row: Both | None, event: Thing, fact: Fact) -> Both:
        row = row or Both(fact.estate, event.thing, 0, 0)
        return replace(row, pings=row.pings + 1)

    build = Build(ViewSet("both", 1, ["linli.test", "linli.other"], [view]), 1)
    urls = await make_database(views=[build.views])
    ping = [replace(made(n), kind="linli.other.Pinged.v1") for n in range(1, 6)]
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as pool:
        async with pool.acquire() as db:
            for topic in build.views.topics:
                await progress(db, build, topic, [SHARD])
        async with pool.acquire() as db, db.transaction():
            await db.execute("lock table view.both_1 in exclusive mode")
            batches = {"linli.test": [made(n) for n in range(1, 4)], "linli.other": ping}
            tasks = []
            for count, (topic, facts) in enumerate(batches.items(), 1):
                batch = {SHARD: [record(fact, views=[view]) for fact in facts]}
                tasks.append(asyncio.create_task(project(pool, build, topic, batch)))
                await waiting(pool, count)
        await asyncio.gather(*tasks)
        assert tuple((await pool.fetch("select notes, pings from view.both_1"))[0]) == (3, 5)


async def test_a_gap_is_not_passed_and_is_filled_by_a_resend(pool: asyncpg.Pool) -> None:
    facts = stream(6)
    log = [record(f, n) for n, f in enumerate([*facts[:2], *facts[4:], *facts[2:]])]
    assert await apply(pool, log[:4]) == Progress(2, 2)
    assert await apply(pool, log[4:]) == Progress(8, 6)
    assert await ledger(pool) == [("a", 6, 6, 0)]


async def test_poison_parks_its_stream_and_only_its_view(pool: asyncpg.Pool) -> None:
    facts = [
        made(1, "Opened"), made(2, "Opened", "b"), made(3, data='{"thing": "a"}'), made(4),
        made(5, thing="b"),
    ]  # fmt: skip
    await apply(pool, [record(fact) for fact in facts])
    await apply(pool, [record(made(6)), record(made(7, thing="b"))])
    assert await parked(pool) == [("board", 3), ("board", 4), ("board", 6)]
    assert await board(pool) == {"a": 0, "b": 2}
    assert [row[:2] for row in await ledger(pool)] == [("a", 4), ("b", 3)]


async def test_what_only_the_database_refuses_is_found_and_parks_in_its_view_alone(
    pool: asyncpg.Pool,
) -> None:
    """NUL is a character in JSON and in Python, and none in PostgreSQL."""
    bad = json.dumps({"thing": "t37", "title": "\0"})
    facts = [made(n, "Opened", f"t{n}", data=bad if n == 37 else None) for n in range(1, 101)]
    assert await apply(pool, [record(fact) for fact in facts]) == Progress(100, 100)
    assert await parked(pool) == [("board", 37)]
    assert len(await board(pool)) == 99
    assert len(await ledger(pool)) == 100


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
async def test_what_the_database_cannot_hold_is_poison_too(
    make_database: MakeDatabase, number: int
) -> None:
    view: View[Both] = View("huge", row=Both, key=["thing"])

    @view.on("linli.test.Noted.v1", Thing)
    def noted(row: Both | None, event: Thing, fact: Fact) -> Both:
        return Both(fact.estate, event.thing, number if event.thing == "b" else 1, 0)

    build = Build(ViewSet("huge", 1, [TOPIC], [view]), 1)
    urls = await make_database(views=[build.views])
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool:
        async with pool.acquire() as db:
            await progress(db, build, TOPIC, [SHARD])
        batch = [record(made(n, thing=t), views=[view]) for n, t in enumerate("abc", 1)]
        await project(pool, build, TOPIC, {SHARD: batch})
        assert await parked(pool) == [("huge", 2)]
        assert await pool.fetchval("select count(*) from view.huge_1") == 2


async def test_poison_among_many_shards_stops_none_of_them(pool: asyncpg.Pool) -> None:
    batch: dict[int, list[Record]] = {}
    for number in range(60):
        one = made(1, "Opened", estate=f"e{number}", data='{"thing": "a", "title": "\\u0000"}'
                   if number == 7 else None)  # fmt: skip
        one_record = record(one)
        if one_record.shard not in batch:
            batch[one_record.shard] = [one_record]
    assert len(batch) > 10
    done = await project(pool, BUILD, TOPIC, batch)
    assert {shard: a.progress.position for shard, a in done.items()} == dict.fromkeys(batch, 1)
    bad = int(any(r.fact.estate == "e7" for rs in batch.values() for r in rs))
    assert len(await parked(pool)) == bad
    assert await pool.fetchval("select count(*) from view.board_1") == len(batch) - bad


# The reader itself, on Kafka.


@dataclass
class Reading:
    pool: asyncpg.Pool
    build: Build
    kafka: str

    async def until(self, position: int) -> None:
        await self.until_progress("position", position)

    async def until_progress(self, column: str, wanted: int) -> None:
        sql = f"select {column} from view.progress where views = $1 and shard = $2"

        async def so_far() -> bool:
            return bool((await self.pool.fetchval(sql, self.build.id, SHARD) or 0) >= wanted)

        await until(so_far)

    async def send(self, *facts: Fact) -> None:
        topic = self.build.views.topics[0]
        await write(self.kafka, topic, [raw(fact, topic) for fact in facts])


def raw(fact: Fact, topic: str = TOPIC) -> Raw:
    return Raw(SHARD, fact.data, wire(fact, topic), fact.stream.encode())


@pytest.fixture
async def reading(
    make_database: MakeDatabase, stack: Any, topic: str
) -> AsyncIterator[Callable[..., Reading]]:
    build = Build(things(topic), 1)
    urls = await make_database(views=[build.views])
    await create_topics(stack.kafka, [topic])
    tasks: list[asyncio.Task[None]] = []
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=3) as pool:

        def start(gap_s: float = 10) -> Reading:
            projector = Projector(pool, stack.kafka, build, "me", gap_s=gap_s)
            tasks.append(asyncio.create_task(projector.run()))
            return Reading(pool, build, stack.kafka)

        yield start
        await ended(*tasks)


async def test_a_topic_is_read_and_what_is_none_of_ours_is_put_aside(
    reading: Callable[..., Reading],
) -> None:
    on = reading()
    facts, topic = stream(4), on.build.views.topics[0]
    bare = Raw(SHARD, b"hello", [])
    null: Any = [(name, None) for name, _ in wire(facts[0])]
    forged = Raw(SHARD, facts[2].data, wire(replace(facts[2], estate="elsewhere"), topic))
    log = [bare, raw(facts[0], topic), Raw(SHARD, None, null, b"key"), raw(facts[1], topic), forged,
           *(raw(fact, topic) for fact in facts[2:])]  # fmt: skip
    await write(on.kafka, topic, log)
    await on.until(4)
    assert await ledger(on.pool) == [("a", 4, 4, 0)]
    rows = await on.pool.fetch('select view, "offset", error from view.parked order by "offset"')
    assert [tuple(row) for row in rows] == [
        ("", 0, "it has no ce_sequence"),
        ("", 2, "an attribute cannot be read"),
        ("", 4, "its estate does not belong to this partition"),
    ]


async def test_a_history_that_lacks_its_beginning_builds_nothing(
    reading: Callable[..., Reading], capsys: pytest.CaptureFixture[str]
) -> None:
    on = reading(gap_s=0.2)
    await on.send(*stream(5)[2:])
    said = ""
    async with asyncio.timeout(60):
        while "history_truncated" not in said:
            await asyncio.sleep(0.05)
            said += capsys.readouterr().out
    assert await ledger(on.pool) == []


async def test_a_reader_finds_its_place_in_a_topic_that_was_made_anew_under_it(
    reading: Callable[..., Reading],
) -> None:
    """The new topic has fewer records before the reader's position than the old one had, so its
    offset is in range, and past what comes next. It sees nothing of the change, for its event loop
    stands still meanwhile. Went red without the look through the partition when a gap stays."""
    on = reading(gap_s=0.5)
    facts = stream(40)
    await on.send(*facts[:20], *facts[:20], *facts[15:20])
    await on.until(20)
    await on.until_progress("next", 45)  # past all the repeats
    topic = on.build.views.topics[0]
    more = [made(n, version=n) for n in range(41, 80)]

    async def anew() -> None:
        await recreate(on.kafka, topic)
        await on.send(*facts, *more)

    with ThreadPoolExecutor() as pool:
        pool.submit(lambda: asyncio.run(anew())).result()
    await on.until(79)
    assert await ledger(on.pool) == [("a", 79, 79, 0)]
