"""Every service as a process of its own, as `make up` starts them, on the stack of the tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from linli_local import ports, services
from linli_local.issuer import Issuer
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import Stack


@dataclass(frozen=True)
class Linli:
    """The running services' addresses, their databases, and whose tokens they take."""

    addresses: Mapping[str, str]
    databases: Mapping[str, Mapping[str, str]]
    kafka: str
    issuer: Issuer
    running: Processes

    @asynccontextmanager
    async def client(
        self, service: str, person: str, *roles: str, estate: str | Sequence[str] = "xx"
    ) -> AsyncIterator["Client"]:
        """A client of one service, as a person with these roles in the estate or estates."""
        estates = [estate] if isinstance(estate, str) else estate
        token = self.issuer.token(person, dict.fromkeys(estates, roles))
        headers = {"Authorization": f"Bearer {token}"}
        async with Client(
            base_url=self.addresses[service], headers=headers, timeout=30, trust_env=False
        ) as client:
            yield client


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
    running = Processes(Home(Path(tmp_path_factory.mktemp("linli"))))
    try:
        databases = await services.prepare(running, stack.admin_url, lambda: None, 30)
        services.migrate(running, databases)
        chosen = {name: ports.any_port() for name in databases}
        common = {
            "LINLI_KAFKA": stack.kafka, "LINLI_ISSUER": issuer.url, "LINLI_AUDIENCE": "linli",
        }  # fmt: skip
        addresses = services.start(running, databases, chosen, common)
        services.wait(running, addresses, "/readyz")
        yield Linli(addresses, databases, stack.kafka, issuer, running)
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
