"""Where a bench has its databases and topics, and how it starts what it measures."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import Stack
from linli_shared.migrate import migrate, scripts
from linli_shared.provision import provision
from linli_shared.viewset import ViewSet

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """The real PostgreSQL and Kafka, with nothing else on them."""

    stack: Stack
    seconds: float  # of each measured window

    async def database(
        self, *, store: bool = True, views: Sequence[ViewSet] = ()
    ) -> Mapping[str, str]:
        """A migrated database's URLs, by login."""
        name = f"bench_{uuid4().hex[:12]}"
        urls = await provision(self.stack.admin_url, "bench", lambda _: "bench", database=name)
        db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
        await migrate(db, scripts(store=store, views=bool(views)), views)
        if store:  # no relay compares it with Kafka: it takes commands without
            await db.execute("update es.relay set incarnation = es.incarnation()")
        await db.close()
        return urls

    def admin(self, urls: Mapping[str, str]) -> str:
        """An administrator's URL of that database: no row-level security binds it."""
        return (
            f"{self.stack.admin_url.rpartition('/')[0]}/{urls['LINLI_APP_URL'].rpartition('/')[2]}"
        )


@contextmanager
def processes() -> Iterator[Processes]:
    """To start what is measured; stopped at the end."""
    with TemporaryDirectory() as folder:
        running = Processes(Home(Path(folder)))
        try:
            yield running
        finally:
            running.stop(*reversed(running.names()))


async def told(argv: Sequence[object], env: Mapping[str, str] | None = None) -> str:
    """What a program prints. Its errors are ours to see."""
    process = await asyncio.create_subprocess_exec(
        *map(str, argv), cwd=ROOT, env={**os.environ, **(env or {})}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{argv[0]} ended with {process.returncode}")
    return out.decode()


async def worked(processes: int, *argv: object) -> float:
    """The sum of what so many workers printed, all at once."""
    each = [told([sys.executable, "-m", "tests.bench.workers", *argv]) for _ in range(processes)]
    return sum(float(text) for text in await asyncio.gather(*each))
