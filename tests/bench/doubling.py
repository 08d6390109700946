"""Two processes of a part beside one: API processes at one store, and projectors of one build.

python -m tests.bench.doubling VIEW_URL KAFKA TOPIC OWNER   # such a projector
"""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator

import asyncpg
import uvloop
from linli_local import ports, services
from linli_local.processes import Processes
from linli_local.testing import Deployed, deployed, started_issuer
from linli_service.service import collect_rarely
from linli_shared.consumer import Projector
from linli_shared.viewset import ViewSet
from linli_views.app import VIEWS

from shared.tests.broker import until
from tests.bench.commanding import ESTATES, wrk
from tests.bench.measuring import Comparison, Target
from tests.bench.places import ROOT, Place, processes
from tests.bench.projecting import CASES, a_topic, lives, published

_AIM = [Target("one", 1.6)]


async def doubling(place: Place) -> AsyncIterator[Comparison]:
    """What more cores than these would make of it cannot be seen here: PostgreSQL, Kafka and the
    client have the same ones."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed. On Debian and Ubuntu: sudo apt-get install wrk")
    with processes() as running:
        issuer = started_issuer(running)
        made = await deployed(running, place.stack, issuer.url, "keys", "cases")
        both = [made.addresses["cases"], another(running, made)]
        token = issuer.token("li", {f"estate-{n}": ["resident"] for n in range(ESTATES)})

        async def asked(*addresses: str) -> float:
            each = 32 // len(addresses)
            rates = [wrk(f"{at}/cases", token, place.seconds, clients=each) for at in addresses]
            return sum(await asyncio.gather(*rates))

        runs = {"linli": lambda: asked(*both), "one": lambda: asked(both[0])}
        yield Comparison("HTTP commands, two processes", "commands/s", runs, _AIM)
    topic = a_topic()
    count = await published(place.stack.kafka, topic, lives(CASES))
    builds = {
        "linli": lambda: built(place, topic, count, 2),
        "one": lambda: built(place, topic, count, 1),
    }
    yield Comparison("projectors, two processes", "events/s", builds, _AIM)


def another(running: Processes, made: Deployed) -> str:
    """A second API process of cases, at the same store and the same key store."""
    port = ports.any_port()
    env = {**made.databases["cases"], **made.common, "LINLI_PORT": str(port)}
    env |= services.own(running.home, "cases")
    running.ensure("cases-2", [sys.executable, "-m", "linli_cases", "api"], env=env)
    address = f"http://127.0.0.1:{port}"
    services.wait(running, {"cases-2": address}, "/readyz")
    return address


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
