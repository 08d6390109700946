"""Two projectors of one build, in two processes, beside one.

python -m tests.bench.doubling VIEW_URL KAFKA TOPIC OWNER   # such a projector
"""

import os
import sys
import time
from collections.abc import AsyncIterator

import asyncpg
import uvloop
from linli_service.service import collect_rarely
from linli_shared.consumer import Projector
from linli_shared.viewset import ViewSet
from linli_views.app import VIEWS

from shared.tests.broker import until
from tests.bench.measuring import Comparison, Target
from tests.bench.places import ROOT, Place, processes
from tests.bench.projecting import CASES, a_topic, lives, published


async def doubling(place: Place) -> AsyncIterator[Comparison]:
    """PostgreSQL and Kafka have the same cores: what more of them would do is not seen on few."""
    topic = a_topic()
    count = await published(place.stack.kafka, topic, lives(CASES))
    builds = {
        "linli": lambda: built(place, topic, count, 2),
        "one": lambda: built(place, topic, count, 1),
    }
    yield Comparison("projectors, two processes", "events/s", builds, [Target("one", 1.6)])


async def built(place: Place, topic: str, count: int, projectors: int) -> float:
    """Events a second of a build of the views from nothing, from the first that was applied."""
    views = ViewSet(VIEWS.name, VIEWS.revision, [topic], VIEWS.members)
    urls = await place.database(store=False, views=[views])
    db = await asyncpg.connect(place.admin(urls))

    async def read() -> int:
        sql = "select coalesce(sum(next), 0) from view.progress where topic = $1"
        return int(await db.fetchval(sql, topic))

    async def some() -> bool:
        return await read() > 0

    async def everything() -> bool:
        return await read() == count

    with processes() as running:
        for n in range(projectors):
            told = [urls["LINLI_VIEW_URL"], place.stack.kafka, topic, f"bench-{n}"]
            argv = [sys.executable, "-m", "tests.bench.doubling", *told]
            running.ensure(f"projector-{n}", argv, env={"PYTHONPATH": str(ROOT)})
        await until(some)
        begun, before = time.monotonic(), await read()
        await until(everything, 600)
        passed = time.monotonic() - begun
    await db.close()
    return (count - before) / passed


async def _project(url: str, kafka: str, topic: str, owner: str) -> None:
    views = ViewSet(VIEWS.name, VIEWS.revision, [topic], VIEWS.members)
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        (build,) = await views.builds(pool)
        await Projector(pool, kafka, build, f"{owner}-{os.getpid()}").run()


if __name__ == "__main__":
    collect_rarely()
    uvloop.run(_project(*sys.argv[1:]))
