"""Records that no view can take, written between real facts: put aside, and nothing else stops."""

import asyncio
import copy
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from linli_local.testing import Stack
from linli_operate.parked import Parked, discard, parked, retry
from linli_shared.consumer import Projector
from linli_shared.ending import ended
from linli_shared.fold import BEHIND
from linli_shared.kafka import SHARDS, Fact, create_topics, shard_of
from linli_shared.tail import last_facts
from linli_shared.view import View
from linli_shared.viewset import Build, ViewSet

from shared.tests.broker import Raw, until, write
from shared.tests.things import BOARD, LEDGER, SHARD, made, things, wire

Urls = dict[str, str]
ATTRIBUTES = [
    name
    for name, _ in wire(made(1))
    if name[:3] == "ce_" and name != "ce_specversion" and name[:10] != "ce_command"
]
ELSEWHERE = next(f"e{n}" for n in range(99) if shard_of(f"e{n}") != SHARD)


def newer(view: View[Any]) -> View[Any]:
    """As a version of the code has it that knows Noted.v2."""
    later = View[Any](view.name)
    later.rows, later.lines = view.rows, view.lines
    later.handlers = copy.copy(view.handlers)
    later.handlers["linli.test.Noted.v2"] = view.handlers["linli.test.Noted.v1"]
    return later


def raw(fact: Fact, topic: str) -> Raw:
    return Raw(shard_of(fact.estate), fact.data, wire(fact, topic), fact.stream.encode())


@dataclass
class Rig:
    pool: asyncpg.Pool
    owner: Any
    kafka: str
    topic: str

    @asynccontextmanager
    async def reading(self, build: Build) -> AsyncIterator[None]:
        """A projector at work."""
        projector = Projector(self.pool, self.kafka, build, f"reader of {build.id}")
        task = asyncio.create_task(projector.run())
        try:
            yield
            assert not task.done(), task
        finally:
            await ended(task)

    async def until(self, build: Build, position: int, shard: int = SHARD) -> None:
        sql = "select position from view.progress where views = $1 and shard = $2"

        async def so_far() -> bool:
            return bool((await self.pool.fetchval(sql, build.id, shard) or 0) >= position)

        await until(so_far)

    async def parked(self, build: Build) -> list[Parked]:
        async with self.pool.acquire() as db:
            return [p for p in await parked(db) if p.views == build.id]

    async def positions(self, build: Build, view: str) -> list[tuple[int | None, bool]]:
        """What is parked of a view, and whether only for an earlier one of its stream."""
        rows = await self.parked(build)
        return [(p.position, p.error == BEHIND) for p in rows if p.view == view]

    async def all_foreign(self, build: Build, count: int) -> None:
        async def there() -> bool:
            return len(await self.foreign(build)) >= count

        await until(there)

    async def foreign(self, build: Build) -> list[str]:
        return [p.error for p in await self.parked(build) if p.view == ""]

    async def board(self, estate: str = "xx") -> dict[str, str]:
        sql = "select thing, tags from view.board_1 where estate = $1"
        return {row["thing"]: row["tags"] for row in await self.pool.fetch(sql, estate)}

    async def ledger(self) -> dict[str, int]:
        rows = await self.pool.fetch("select thing, count from view.ledger_1 where estate = 'xx'")
        return {row["thing"]: row["count"] for row in rows}


@pytest.fixture
async def rig(make_database: Callable[..., Awaitable[Urls]], stack: Stack) -> AsyncIterator[Rig]:
    topic = f"linli.test.{uuid4().hex}"
    urls = await make_database(views=[things(topic)])
    await create_topics(stack.kafka, [topic])
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    async with asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as pool:
        yield Rig(pool, owner, stack.kafka, topic)
    await owner.close()


def history() -> list[Fact]:
    """Six streams of one shard, with a poison each in a place of its own, but for b and d."""
    return [
        *(made(n, "Opened", thing) for n, thing in enumerate("abcdef", 1)),
        made(7, thing="a", version=2, data="{"),  # no JSON
        made(8, thing="b", version=2),
        replace(made(9, thing="c", version=2), kind="linli.test.Noted.v2"),  # of the future
        made(10, "Burned", "d", version=2),  # a type that nobody knows
        made(11, thing="e", version=2, data="x"),  # a tombstone; see `log`
        made(12, thing="f", version=2, data='{"thing": "f"}'),  # enough for the ledger alone
        *(made(n, thing=thing, version=3) for n, thing in enumerate("abcdef", 13)),
    ]


def log(topic: str) -> list[Raw]:
    records = [raw(fact, topic) for fact in history()]
    records[10] = replace(records[10], value=None)
    return records


def foreign(topic: str) -> dict[str, Raw]:
    """By the reason for which it is nobody's. Each says to be the next fact of its place."""
    fact = made(1, "Opened", "forged")
    found = {
        f"it has no {name}": replace(
            raw(fact, topic), headers=[h for h in wire(fact, topic) if h[0] != name]
        )
        for name in ATTRIBUTES
    }
    latin = [(n, b"caf\xe9" if n == "ce_subject" else v) for n, v in wire(fact, topic)]
    return found | {
        "it has no ce_sequence ": Raw(SHARD, None, [], b"tombstone"),
        "an attribute cannot be read": replace(raw(fact, topic), headers=latin),
        "its estate does not belong to this partition": replace(
            raw(replace(fact, estate=ELSEWHERE), topic), partition=SHARD
        ),
        "its source is not the topic's own": Raw(SHARD, fact.data, wire(fact, "linli.forged.v1")),
    }


async def test_what_none_of_ours_wrote_is_put_aside_and_moves_nothing(rig: Rig) -> None:
    """Each claims the very position that comes next. Went red, each alone, without the two checks
    of source and partition at the end of `fact`."""
    build, records = Build(things(rig.topic), 1), foreign(rig.topic)
    real = [raw(made(n, "Noted" if n > 1 else "Opened", version=n), rig.topic) for n in (1, 2, 3)]
    async with rig.reading(build):
        await write(
            rig.kafka, rig.topic, [*records.values(), real[0], *records.values(), *real[1:]]
        )
        await rig.until(build, 3)
    assert await rig.foreign(build) == [why.strip() for why in records] * 2
    assert await rig.board() == {"a": '["n2", "n3"]'}
    assert await rig.ledger() == {"a": 3}
    assert len(await rig.parked(build)) == 2 * len(records)


async def test_poison_parks_its_stream_in_its_view_and_all_others_go_on(rig: Rig) -> None:
    """Went red without `waiting.add` in `fold`: what follows a poison was applied."""
    build, other = Build(things(rig.topic), 1), made(1, "Opened", "g", estate=ELSEWHERE)
    await write(rig.kafka, rig.topic, [*log(rig.topic), raw(other, rig.topic)])
    async with rig.reading(build):  # one batch; the next test adds to it later
        await rig.until(build, 18)
        await rig.until(build, 1, shard_of(ELSEWHERE))
    both = [(7, False), (9, False), (11, False)]
    behind = [(13, True), (15, True), (17, True)]
    assert await rig.positions(build, "board") == [*both, (12, False), *behind, (18, True)]
    assert await rig.positions(build, "ledger") == [*both, *behind]
    assert await rig.board() == {
        "a": "[]", "b": '["n8", "n14"]', "c": "[]", "d": '["n16"]', "e": "[]", "f": "[]",
    }  # fmt: skip
    assert await rig.ledger() == {"a": 1, "b": 3, "c": 1, "d": 2, "e": 1, "f": 3}
    assert await rig.board(ELSEWHERE) == {"g": "[]"}
    assert await rig.foreign(build) == []


async def test_a_retry_with_a_fold_that_knows_more_brings_a_stream_back_in_order(rig: Rig) -> None:
    """Went red with the parked records taken in descending order in `_records`."""
    old, known = Build(things(rig.topic), 1), [newer(BOARD), newer(LEDGER)]
    new = Build(ViewSet("things", 1, [rig.topic], known), 1)
    async with rig.reading(old):
        await write(rig.kafka, rig.topic, log(rig.topic))
        await rig.until(old, 18)
        assert await retry(rig.pool, old, BOARD, rig.topic, SHARD, "thing-c") == 0
    more = [made(n, thing="c", version=n - 15) for n in (19, 20)]
    async with rig.reading(new):
        await write(rig.kafka, rig.topic, [raw(more[0], rig.topic)])
        await rig.until(new, 19)
        assert (await rig.board())["c"] == "[]"  # still waits for what is parked before it
        for view in known:
            assert await retry(rig.pool, new, view, rig.topic, SHARD, "thing-c") == 3
        assert (await rig.board())["c"] == '["n9", "n15", "n19"]'
        await write(rig.kafka, rig.topic, [raw(more[1], rig.topic)])
        await rig.until(new, 20)
    assert (await rig.board())["c"] == '["n15", "n19", "n20"]'
    row = await rig.pool.fetchrow("select count, disorder from view.ledger_1 where thing = 'c'")
    assert tuple(row or ()) == (5, 0)
    assert (7, False) in await rig.positions(new, "board")  # the others are as they were


async def test_what_was_discarded_stays_so_in_a_rebuild_which_equals_the_views(rig: Rig) -> None:
    """Went red with nothing in `_DISCARDED` of the projector: the rebuild parked them again."""
    build = Build(things(rig.topic), 1)
    async with rig.reading(build):
        await write(rig.kafka, rig.topic, log(rig.topic))
        await rig.until(build, 18)
        for view, poisons in ((BOARD, (7, 9, 11, 12)), (LEDGER, (7, 9, 11))):
            for position in poisons:
                why = (rig.topic, SHARD, position, "garbled", "li")
                assert await discard(rig.pool, build, view, *why) == 1
        assert await rig.parked(build) == []
        again = await build.views.begin(rig.owner)
        async with rig.reading(again):
            await rig.until(again, 18)
    assert await rig.parked(again) == []
    assert len(await rig.board()) == 6
    for table in ("board", "ledger", "ledger_line"):
        for a, b in ((1, 2), (2, 1)):
            sql = f"select * from view.{table}_{a} except select * from view.{table}_{b}"
            assert await rig.pool.fetch(sql) == []


class Garbled(str):
    """A header's name that is not UTF-8."""

    def encode(self, *_: Any, **__: Any) -> bytes:
        return b"caf\xe9"


async def unreadable(rig: Rig, records: int) -> None:
    """A batch with as many records that the client cannot read."""
    producer = AIOKafkaProducer(bootstrap_servers=rig.kafka)
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, False, -1, -1, 0, 100_000)
        for _ in range(records):
            batch.append(key=None, value=b"x", timestamp=1, headers=[(Garbled("name"), b"1")])
        batch.close()
        await (await producer.send_batch(batch, rig.topic, partition=SHARD))
    finally:
        await producer.stop()


async def test_a_record_that_the_client_cannot_read_stops_nobody(rig: Rig) -> None:
    """Before and behind it in its partition, and in another, all facts are read; the relay finds
    the last fact though it is the partition's last record. Went red when the client's error ended
    the round: the reader came back to it for ever."""
    build, other = Build(things(rig.topic), 1), made(1, "Opened", "g", estate=ELSEWHERE)
    await write(rig.kafka, rig.topic, [raw(made(1, "Opened"), rig.topic)])
    await unreadable(rig, 3)
    await write(rig.kafka, rig.topic, [raw(made(2, version=2), rig.topic), raw(other, rig.topic)])
    await unreadable(rig, 1)
    async with rig.reading(build):
        await rig.until(build, 2)
        await rig.until(build, 1, shard_of(ELSEWHERE))
        await rig.all_foreign(build, 4)
    assert await rig.ledger() == {"a": 2}
    assert set(await rig.foreign(build)) == {"it cannot be read: a header's name is not UTF-8"}
    last = await last_facts(rig.kafka, rig.topic, range(SHARDS))
    assert (last[SHARD].position, last[shard_of(ELSEWHERE)].position) == (2, 1)
