"""Many writers at once, in two processes: a reader loses nothing, and nobody deadlocks."""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from linli_shared.relay import _BATCH

Urls = dict[str, str]
TRANSACTIONS = 75  # of each of 24 writers
SECONDS = int(os.environ.get("LINLI_FAULT_SECONDS", "20"))


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database()


async def processes(what: str, urls: Urls, amount: int) -> list[Any]:
    """What two writing processes say that they did."""
    script = str(Path(__file__).with_name("writer.py"))
    both = [
        await asyncio.create_subprocess_exec(
            sys.executable, script, what, urls["LINLI_APP_URL"], str(number), str(amount),
            stdout=asyncio.subprocess.PIPE,
        )
        for number in range(2)
    ]  # fmt: skip
    try:
        said = await asyncio.gather(*(process.communicate() for process in both))
    finally:
        for process in both:
            if process.returncode is None:
                process.kill()
    assert [process.returncode for process in both] == [0, 0]
    return [json.loads(out.splitlines()[-1]) for out, _ in said]  # before it, what was logged


async def follow(url: str, done: asyncio.Event) -> list[asyncpg.Record]:
    """All events, as the relay reads them: a cursor for each shard, again and again."""
    db = await asyncpg.connect(url)
    cursors, read = dict.fromkeys(range(16), 0), list[asyncpg.Record]()
    while True:
        last = done.is_set()
        rows = await db.fetch(_BATCH, list(cursors), list(cursors.values()), 500)
        cursors |= {row["shard"]: row["position"] for row in rows}
        read += rows
        if last and not rows:
            await db.close()
            return read


async def test_a_reader_loses_and_reorders_no_event_of_24_writers_that_dawdle_and_roll_back(
    urls: Urls,
) -> None:
    """Went red without the shards' locks (`pg_advisory_xact_lock(1702, …)`) in `es.append`: with
    one command a transaction 756 of 2,743 events were lost, with several the writers deadlock."""
    done = asyncio.Event()
    reader = asyncio.create_task(follow(urls["LINLI_RELAY_URL"], done))
    try:
        said = await processes("delays", urls, TRANSACTIONS)
    finally:
        done.set()
    read = await reader
    committed = [id for one in said for id in one["committed"]]
    rolled_back = [id for one in said for id in one["rolled_back"]]
    assert len(committed) >= 2500
    assert len(rolled_back) > 100
    assert len(committed) == len(set(committed))
    found = Counter(str(row["id"]) for row in read)
    lost = set(committed) - set(found)
    assert not lost, f"{len(lost)} of {len(committed)} events were lost"
    assert found == Counter(committed)  # none twice, and none that was rolled back
    positions: dict[int, list[int]] = {}
    versions: dict[tuple[str, str], list[int]] = {}
    for row in read:
        positions.setdefault(row["shard"], []).append(row["position"])
        versions.setdefault((row["estate"], row["stream"]), []).append(row["version"])
    assert len(positions) == 4
    assert all(found == sorted(set(found)) for found in positions.values())
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


async def deadlocks(db: Any) -> int:
    await asyncio.sleep(1.5)  # a server process reports what it counted when it ends, or is idle
    sql = "select deadlocks from pg_stat_database where datname = current_database()"
    return int(await db.fetchval(sql))


async def test_batches_of_two_processes_that_overlap_in_shards_and_reservations_never_deadlock(
    urls: Urls,
) -> None:
    """Went red without the keys' locks (`pg_advisory_xact_lock(_lock)`) in `es.append`: four
    deadlocks in ten seconds."""
    db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    try:
        before = await deadlocks(db)
        said = await processes("holds", urls, SECONDS)
        assert await deadlocks(db) == before
    finally:
        await db.close()
    outcomes = sum((Counter(one) for one in said), Counter[str]())
    assert outcomes["appended"] > 1000
    assert outcomes["taken"] > 100  # they did meet
