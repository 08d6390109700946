"""Every service as a process of its own, as `make up` starts them, on the stack of the tests."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from chinese_calendar import is_workday  # type: ignore[import-untyped]
from linli_local import services
from linli_local.issuer import Issuer
from linli_local.processes import Processes
from linli_local.services import Env
from linli_local.simulation import Simulation, simulation
from linli_local.state import Home
from linli_local.testing import Stack, deployed

ZONE, NINE = ZoneInfo("Asia/Shanghai"), time(9)


@dataclass(frozen=True)
class Linli:
    """The running services' addresses, their databases, and whose tokens they take."""

    addresses: Mapping[str, str]
    databases: Mapping[str, Env]
    kafka: str
    issuer: Issuer
    running: Processes
    common: Env

    async def start(self, *names: str) -> None:
        """Those that run already are left alone."""
        urls = {name: self.databases[name] for name in names}
        at = {name: urlsplit(self.addresses[name]).port or 0 for name in names}
        here = services.start(self.running, urls, at, self.common)
        await asyncio.to_thread(services.wait, self.running, here, "/readyz")

    @asynccontextmanager
    async def client(
        self, service: str, person: str, *roles: str, estate: str | Sequence[str] = "xx"
    ) -> AsyncIterator["Client"]:
        """A client of one service, as a person with these roles in the estate or estates."""
        estates = [estate] if isinstance(estate, str) else estate
        token = self.issuer.token(person, dict.fromkeys(estates, roles))
        headers = {"Authorization": f"Bearer {token}"}
        async with Client(
            base_url=self.addresses[service], headers=headers, timeout=60, trust_env=False
        ) as client:
            yield client


@dataclass(frozen=True)
class Simulated(Linli):
    """They run in a time of their own, which stands still until a test lets it go by."""

    time: Simulation

    @asynccontextmanager
    async def down(self, *names: str) -> AsyncIterator[None]:
        """Time goes by without these services; started again at the end."""
        await asyncio.to_thread(self.running.stop, *names)
        with self.time.without(*names):
            yield
        await self.start(*names)


class Client(httpx.AsyncClient):
    """Speaks as clients should: each command has an Idempotency-Key of its own."""

    async def command(
        self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "", **headers: str
    ) -> httpx.Response:
        sent = {"Idempotency-Key": key or str(uuid4())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post(path, json=dict(body or {}), headers=sent)


@pytest.fixture(scope="session")
async def linli(
    stack: Stack, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Linli]:
    async with started(stack, issuer, tmp_path_factory.mktemp("linli")) as linli:
        yield linli


@pytest.fixture(scope="session")
async def simulated_stack(
    own_stack: Stack, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Simulated]:
    folder = tmp_path_factory.mktemp("simulated")
    begin = datetime(2024, 1, 1, 9, tzinfo=ZONE)
    async with simulated_from(begin, own_stack, issuer, folder) as simulated:
        yield simulated


@asynccontextmanager
async def simulated_from(
    moment: datetime, servers: Stack, issuer: Issuer, folder: Path
) -> AsyncIterator[Simulated]:
    """All services on a stack that nobody else has, in a time that begins then."""
    async with (
        started(servers, issuer, folder, LINLI_SIMULATION="1") as linli,
        simulation(linli.databases) as time,
    ):
        await time.begin(moment)
        yield Simulated(**vars(linli), time=time)


@pytest.fixture
async def simulated(simulated_stack: Simulated) -> Simulated:
    """All services in simulated time, for each test on a Monday at 9 in the estates' zone, later
    than the test before, and no holiday. Take an `estate` of your own."""
    assert simulated_stack.time.now is not None
    day = simulated_stack.time.now.astimezone(ZONE).date()
    monday = day + timedelta(days=7 - day.weekday())
    while not workday(monday):
        monday += timedelta(days=7)
    await simulated_stack.time.until(datetime.combine(monday, NINE, ZONE))
    return simulated_stack


def workday(monday: date) -> bool:
    """As long as nobody has announced a year's holidays, its Mondays are."""
    try:
        return bool(is_workday(monday))
    except NotImplementedError:
        return True


@asynccontextmanager
async def started(
    servers: Stack, issuer: Issuer, folder: Path, **more: str
) -> AsyncIterator[Linli]:
    running = Processes(Home(folder))
    try:
        made = await deployed(running, servers, issuer.url, **more)
        yield Linli(made.addresses, made.databases, servers.kafka, issuer, running, made.common)
    finally:
        running.stop(*reversed(running.names()))


@pytest.fixture
def estate() -> str:
    """An estate that no other test has."""
    return f"e{uuid4().hex[:10]}"


COMPLAINT: Mapping[str, Any] = {
    "kind": "complaint",
    "service_code": "lighting",
    "title": "楼道灯不亮",
    "description": "3栋2单元11楼楼道灯坏了，晚上看不清台阶。",
    "place": {"building_id": "3", "unit_id": "3-2-1102"},
    "channel": "app",
}


def complaint(estate: str, **change: Any) -> dict[str, Any]:
    return {**COMPLAINT, "estate_id": estate, **change}
