"""What a store that is full does to its speed, and how fast all views are built again from one.

The events lie in the table as real ones do: after `analyze` and `vacuum`, read once before.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

import asyncpg

from tests.bench.measuring import Comparison, Run, Target
from tests.bench.places import Place, worked
from tests.bench.projecting import a_topic, built, lives, published
from tests.bench.relaying import DATA, FILL

SIZES: Final = (1_000_000, 5_000_000)


async def growing(place: Place) -> AsyncIterator[Comparison]:
    empty = await place.database()
    for size in SIZES:
        full = await _filled(place, size)
        for what, count in (("append", 32), ("load", 100)):
            runs: dict[str, Run] = {
                name: partial(worked, 1, what, "linli", url, count, place.seconds)
                for name, url in (("linli", full), ("empty", empty["LINLI_APP_URL"]))
            }
            unit = "events/s" if what == "append" else "streams/s"
            yield Comparison(f"{what} at {size:,} events", unit, runs, [Target("empty", 0.85)])


async def rebuilding(place: Place) -> AsyncIterator[Comparison]:
    topic = a_topic()
    count = await published(place.stack.kafka, topic, lives(200_000))
    rebuilt = {"linli": partial(built, place, topic, count)}
    yield Comparison(f"rebuild from {count:,} events", "events/s", rebuilt)


async def _filled(place: Place, size: int) -> str:
    urls = await place.database()
    db = await asyncpg.connect(place.admin(urls))
    for _ in range(size // 500_000):
        await db.execute(FILL, 500_000, DATA)
    await db.execute("vacuum analyze es.event")
    await db.execute("select count(*) from es.event")
    await db.close()
    return urls["LINLI_APP_URL"]
