"""A service's processes: one by default, or each part alone, in any number.

python -m linli_cases                # all parts
python -m linli_cases api            # HTTP alone; also: relay, views
python -m linli_cases migrate        # the schema, by the owner; --dry-run names what it would do
"""

import argparse
import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from linli_shared.auth import Identity
from linli_shared.clock import Clock, now
from linli_shared.consumer import Projector
from linli_shared.doorbell import Doorbell, listen
from linli_shared.logs import install_logs
from linli_shared.migrate import migrate, pending, scripts
from linli_shared.ops import Readiness, install_ops
from linli_shared.pages import install_docs
from linli_shared.positions import Positions
from linli_shared.problems import Describe, install_problems
from linli_shared.relay import Relay
from linli_shared.settings import Settings
from linli_shared.store import EventStore
from linli_shared.viewset import ViewSet
from linli_shared.wire import protocol
from linli_shared.writer import Writer

PARTS: Final = ("api", "relay", "views")


@dataclass(frozen=True, slots=True)
class Service:
    """What a composition root says of a service. `topic` is where it publishes; a service without
    one only reads. `views` are built from topics, its own or others'."""

    name: str
    title: str
    describe: Describe
    routers: Sequence[APIRouter]
    topic: str = ""
    views: Sequence[ViewSet] = ()
    sql: Path | None = None
    version: str = "0.1.0"

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(p for p in PARTS if p != "relay" or self.topic if p != "views" or self.views)


@dataclass(slots=True)
class Process:
    """The parts of a service that one process runs."""

    service: Service
    settings: Settings
    parts: Sequence[str]
    clock: Clock = now
    tasks: list[Callable[[], Any]] = field(default_factory=list)

    async def run(self) -> None:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            app = await self._compose(stack)
            for task in self.tasks:
                group.create_task(task())
            await _serve(app, self.settings, self.service.describe)
            for running in asyncio.all_tasks() - {asyncio.current_task()}:
                running.cancel()

    async def _compose(self, stack: AsyncExitStack) -> FastAPI:
        service, settings = self.service, self.settings
        owner, wake = f"{socket.gethostname()}-{os.getpid()}", asyncio.Event()
        app = FastAPI(title=service.title, version=service.version, docs_url=None, redoc_url=None)
        pools: dict[str, asyncpg.Pool] = {}
        ready: dict[str, Callable[[], bool]] = {}

        async def pool(name: str, url: SecretStr, size: int) -> asyncpg.Pool:
            pools[name] = await stack.enter_async_context(_pool(name, url, size))
            return pools[name]

        if "api" in self.parts:
            await self._api(app, await pool("app", settings.app_url, 8), wake)
        if "relay" in self.parts:
            own = await pool("relay", settings.relay_url, 3)
            relay = Relay(own, settings.kafka, service.topic, owner, wake, lease_s=settings.lease_s)
            ready["relay"] = lambda: relay.ready
            url = settings.relay_url.get_secret_value()
            self.tasks += [relay.run, lambda: listen(lambda: asyncpg.connect(url), wake)]
        if "views" in self.parts:
            own = await pool("view", settings.view_url, 3)
            for build in [b for views in service.views for b in await views.builds(own)]:
                projector = Projector(own, settings.kafka, build, owner, lease_s=settings.lease_s)
                ready[f"views {build.id}"] = lambda p=projector: p.ready  # type: ignore[misc]
                self.tasks.append(projector.run)
        install_problems(app, service.describe)
        install_ops(app, Readiness(pools, ready).check)
        install_docs(app)
        return app

    async def _api(self, app: FastAPI, pool: asyncpg.Pool, wake: asyncio.Event) -> None:
        service, settings = self.service, self.settings
        app.state.identity = Identity(settings.issuer, settings.audience)
        app.state.pool = pool
        if service.views:
            app.state.positions = Positions(pool, service.views[0])
        if service.topic:
            url = settings.app_url.get_secret_value()
            bell = Doorbell(lambda: asyncpg.connect(url))

            def appended() -> None:
                wake.set()
                bell.ring()

            writer = Writer(lambda: asyncpg.connect(url), on_append=appended)
            app.state.store = EventStore(pool, writer, self.clock)
            app.state.topic = service.topic
            self.tasks += [bell.run, writer.run]
        for router in service.routers:
            app.include_router(router)


@asynccontextmanager
async def _pool(name: str, url: SecretStr, size: int) -> AsyncIterator[asyncpg.Pool]:
    if not url.get_secret_value():
        raise SystemExit(f"LINLI_{name.upper()}_URL is not set: the address of the database")
    async with asyncpg.create_pool(
        url.get_secret_value(), min_size=1, max_size=size, command_timeout=10
    ) as pool:
        yield pool


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn's own end the process before leases are given back."""

    def capture_signals(self) -> Any:
        return nullcontext()


async def _serve(app: FastAPI, settings: Settings, describe: Describe) -> None:
    server = _Server(
        uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False,
            http=protocol(describe), ws="none", server_header=False,
            lifespan="off", timeout_graceful_shutdown=5,
        )
    )  # fmt: skip
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, lambda: setattr(server, "should_exit", True))
    await server.serve()


async def _migrate(service: Service, settings: Settings, *, dry: bool) -> None:
    if not (url := settings.owner_url.get_secret_value()):
        raise SystemExit("LINLI_OWNER_URL is not set: the address of the database, as its owner")
    wanted = scripts(store=bool(service.topic), views=bool(service.views), own=service.sql)
    db = await asyncpg.connect(url)
    try:
        names = [s.name for s in await pending(db, wanted)] if dry else None
        if names is None:
            names = await migrate(db, wanted, service.views)
    finally:
        await db.close()
    print("\n".join(names) or "nothing to do")


def main(service: Service) -> None:
    """The command line of a service: `python -m linli_<name>`."""
    parser = argparse.ArgumentParser(prog=f"python -m linli_{service.name}", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    choices = [*service.parts, "migrate"]
    parser.add_argument("part", nargs="*", help=f"{', '.join(choices)}; default: all but the last")
    parser.add_argument("--dry-run", action="store_true", help="with migrate: only say")
    given = parser.parse_args()
    if unknown := set(given.part) - set(choices):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    settings = Settings()
    install_logs(service.name, settings.log_level)
    if "migrate" in given.part:
        asyncio.run(_migrate(service, settings, dry=given.dry_run))
        return
    process = Process(service, settings, given.part or service.parts)
    uvloop.run(process.run())
