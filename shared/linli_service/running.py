"""One process of a service: its parts, their connections, HTTP, and a clean end."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import asyncpg
import structlog
import uvicorn
from fastapi import FastAPI
from linli_sealed.keyring import KeyRing
from linli_sealed.vault import Vault
from linli_shared import clock
from linli_shared.clock import Clock
from linli_shared.cluster import obstacle
from linli_shared.consumer import Projector
from linli_shared.doorbell import Doorbell, listen
from linli_shared.ending import ended
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT, Connect
from linli_shared.process import Stepper
from linli_shared.relay import Relay
from linli_shared.store import EventStore
from linli_shared.timers import Timers
from linli_shared.viewset import ViewSet
from linli_shared.writer import Writer

from linli_service.auth import Identity
from linli_service.ops import Readiness, install_ops
from linli_service.pages import install_docs
from linli_service.positions import Positions
from linli_service.problems import Describe, install_problems
from linli_service.service import Service, Task
from linli_service.settings import Settings
from linli_service.wire import protocol

_BUILDS_S: Final = 1  # how soon a build that was begun, or dropped, is noticed
log = structlog.get_logger()


@dataclass(slots=True)
class Running:
    """Composes the parts that one process runs, and runs them until it is told to end."""

    service: Service
    settings: Settings
    parts: Sequence[str]
    clock: Clock | None = None  # the simulation's, or else the real one, unless given
    _tasks: list[Task] = field(default_factory=list)
    _running: set["asyncio.Task[None]"] = field(default_factory=set)
    _group: asyncio.TaskGroup = field(init=False)
    _pools: dict[str, asyncpg.Pool] = field(default_factory=dict)
    _ready: dict[str, Callable[[], bool]] = field(default_factory=dict)
    _lost: Callable[[], str] = lambda: ""
    # Set when an event was appended; when facts for a process have been read.
    _appended: asyncio.Event = field(default_factory=asyncio.Event)
    _stepped: asyncio.Event = field(default_factory=asyncio.Event)
    _owner: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")

    async def run(self) -> None:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            app = await self.app(stack)
            self._group = group
            for task in self._tasks:
                self._start(task)
            await _serve(app, self.settings, self.service.describe)
            await ended(*self._running)

    def _start(self, task: Task) -> "asyncio.Task[None]":
        started = self._group.create_task(task())
        self._running.add(started)
        return started

    async def app(self, stack: AsyncExitStack) -> FastAPI:
        """The HTTP side of the parts; what else they do is started by `run`."""
        service = self.service
        if self.settings.simulation:
            await clock.only_for_development(self.settings.issuer)
        app = FastAPI(title=service.title, version=service.version, docs_url=None, redoc_url=None)
        workers = [make for part, make in service.workers.items() if part in self.parts]
        if workers or set(self.parts) & {"api", "timers", "processes"}:
            store = await self._store(stack)
        if "api" in self.parts:
            self._api(app, store)
        if "relay" in self.parts:
            await self._relay(stack)
        if "views" in self.parts:
            for views in service.views:
                await self._project(stack, views)
        if "timers" in self.parts:
            await self._timers(stack, store)
        if service.processes and "processes" in self.parts:
            await self._project(stack, service.processes, self._stepped.set)
            pool = await self._pool(stack, "view")
            stepper = Stepper(pool, store, service.deciders, self._owner, self._stepped)
            self._tasks.append(stepper.run)
        for make in workers:
            pool = await self._pool(stack, "view")
            self._tasks.append(make(store, pool, self.settings, self._owner))
        install_problems(app, service.describe)
        why = partial(obstacle, self.settings.cluster)
        install_ops(app, Readiness(self._pools, self._ready, why, self._lost, service.waits).check)
        install_docs(app)
        return app

    async def _store(self, stack: AsyncExitStack) -> EventStore:
        """Writer and doorbell, where the service has a store."""
        pool, connect = await self._pool(stack, "app"), self._connect("app")
        bell, time = Doorbell(connect), self.clock or self._time(pool)

        def appended() -> None:
            self._appended.set()
            bell.ring()

        writer = Writer(connect, on_append=appended)
        if self.service.topic:
            self._tasks += [bell.run, writer.run]
        return EventStore(pool, writer, time, self._vault(), learns=self.service.learns)

    def _vault(self) -> Vault:
        """What only answers people opens for that alone."""
        ring = KeyRing(self.settings.key_store, self.settings.key_store_secret)
        self._tasks.append(ring.run)
        return Vault(ring, "decide" if self.service.topic else "answer")

    def _time(self, pool: asyncpg.Pool) -> Clock:
        """As the database tells it when a fact is recorded."""
        return clock.simulated(pool) if self.settings.simulation else clock.now

    async def _timers(self, stack: AsyncExitStack, store: EventStore) -> None:
        pool, wake = await self._pool(stack, "relay"), asyncio.Event()
        self._tasks.append(Timers(pool, store, self.service.deciders, self._owner, wake).run)
        if self.settings.simulation:
            connect = self._connect("relay")
            self._tasks.append(lambda: listen(connect, wake, channel=clock.CHANNEL))

    def _api(self, app: FastAPI, store: EventStore) -> None:
        service, settings = self.service, self.settings
        if not settings.issuer:
            raise SystemExit("LINLI_ISSUER is not set: whose tokens tell who asks")
        app.state.identity = Identity(settings.issuer, settings.audience)
        app.state.store, app.state.pool = store, store.pool
        app.state.cluster = settings.cluster
        app.state.topic = service.topic
        if service.views:
            app.state.positions = Positions(store.pool, service.views[0])
        for router in service.routers:
            app.include_router(router)

    async def _relay(self, stack: AsyncExitStack) -> None:
        pool, connect = await self._pool(stack, "relay"), self._connect("relay")
        relay = Relay(
            pool, self.settings.cluster, self.service.topic, self._owner, self._appended,
            lease_s=self.settings.lease_s, clock=self._time(pool),
        )  # fmt: skip
        self._ready["relay"] = lambda: relay.ready
        self._lost = lambda: relay.lost
        self._tasks += [relay.run, lambda: listen(connect, self._appended)]

    async def _project(
        self, stack: AsyncExitStack, views: ViewSet, on_applied: Callable[[], None] = lambda: None
    ) -> None:
        """A projector for each build of the code's revision: those that are there, and those that
        are begun later; one that is dropped is let go."""
        pool = await self._pool(stack, "view")
        folding: dict[int, tuple[Projector, asyncio.Task[None]]] = {}

        async def fold() -> None:
            while True:
                try:
                    builds = {build.number: build for build in await views.builds(pool)}
                except TRANSIENT as error:
                    log.warning("builds_not_read", views=views.name, error=brief(error))
                    builds = {number: projector.build for number, (projector, _) in folding.items()}
                for number in folding.keys() - builds.keys():
                    await ended(folding.pop(number)[1])
                for number in builds.keys() - folding.keys():
                    projector = Projector(
                        pool, self.settings.cluster, builds[number], self._owner,
                        on_applied=on_applied, lease_s=self.settings.lease_s,
                    )  # fmt: skip
                    folding[number] = (projector, self._start(projector.run))
                await asyncio.sleep(_BUILDS_S)

        self._ready[f"views {views.name}"] = lambda: (
            bool(folding) and all(projector.ready for projector, _ in folding.values())
        )
        self._tasks.append(fold)

    async def _pool(self, stack: AsyncExitStack, login: str) -> asyncpg.Pool:
        if login not in self._pools:
            size = 8 if login == "app" else 4
            opened = await stack.enter_async_context(_opened(self._url(login), size))
            if not self.settings.simulation:
                await clock.only_real(opened)
            self._pools[login] = opened
        return self._pools[login]

    def _connect(self, login: str) -> Connect:
        """Connections beside the pool's, for who keeps one."""
        return partial(asyncpg.connect, self._url(login))

    def _url(self, login: str) -> str:
        url: str = getattr(self.settings, f"{login}_url").get_secret_value()
        if not url:
            raise SystemExit(f"LINLI_{login.upper()}_URL is not set: the address of the database")
        return clock.simulating(url) if self.settings.simulation else url


class _Connection(asyncpg.Connection):
    """Nothing of ours outlives its transaction (settings, locks, cursors), so a connection that
    goes back to its pool need not be cleaned with a round trip; an open transaction is ended."""

    def get_reset_query(self) -> str:
        return ""


@asynccontextmanager
async def _opened(url: str, size: int) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(
        url, min_size=1, max_size=size, command_timeout=10, connection_class=_Connection
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
            http=protocol(describe), ws="none", server_header=False, lifespan="off",
            timeout_graceful_shutdown=5, timeout_keep_alive=75,  # theirs is shorter
        )
    )  # fmt: skip
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, lambda: setattr(server, "should_exit", True))
    await server.serve()
