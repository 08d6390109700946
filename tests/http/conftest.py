"""Requests that must be refused: what every refusal has, and what it never does."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import httpx
import pytest
from linli_language.codes import CODES

from tests.conftest import COMPLAINT, Client, Linli

_STORED = "select count(*) from es.event"


M4RK = "M4RK"
"""Planted in what is sent: no answer and no log may hold it."""


@dataclass(frozen=True)
class Planted:
    """What every refusal has to be."""

    marker: str = M4RK

    def refused(self, answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        """The problem document, which is as RFC 9457 and the table of codes have it."""
        assert (answer.status_code, _code(answer)) == (status, code), answer.text[:500]
        self.unseen(answer)
        problem: dict[str, Any] = answer.json()
        assert problem["status"] == status == CODES[code].status
        assert {"type", "title", "detail", "detail_zh", "detail_en", "params"} <= problem.keys()
        assert "?" not in problem["detail_en"]  # a param that its text names is not there
        if status == 503:
            assert answer.headers["retry-after"].isdigit()
        if status == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer ")
        return problem

    def unseen(self, answer: httpx.Response) -> None:
        """Neither what was sent nor where our code stumbled."""
        told = f"{answer.headers!r}\n{answer.text}"
        for word in (self.marker, "Traceback", "Error(", ".py", "pydantic", "asyncpg"):
            assert word not in told


def _code(answer: httpx.Response) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return f"not a problem: {answer.headers.get('content-type')}"
    return str(answer.json()["code"])


Headers: TypeAlias = Mapping[str, str | bytes | None]  # None: without it


def sent(**raw: str) -> bytes:
    """A complaint whose named fields are this raw JSON. ESTATE is filled in later."""
    fields = {name: json.dumps(value) for name, value in COMPLAINT.items()}
    fields |= {"estate_id": '"ESTATE"', **raw}
    return ("{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}").encode()


class Sender:
    """A resident and operator of an estate of their own, who sends what is wrong."""

    def __init__(self, client: Client, estate: str) -> None:
        self._client, self._estate = client, estate

    async def post(
        self, content: bytes | None = None, headers: Headers = MappingProxyType({})
    ) -> httpx.Response:
        """A complaint unless told otherwise; ESTATE is filled in."""
        usual = {"content-type": "application/json", "idempotency-key": str(uuid4())}
        given = {
            name.encode(): value if isinstance(value, bytes) else value.encode()
            for name, value in {**usual, **headers}.items()
            if value is not None
        }
        body = (sent() if content is None else content).replace(b"ESTATE", self._estate.encode())
        return await self._client.post("/cases", content=body, headers=given)


@pytest.fixture
async def sender(linli: Linli, planted: Planted, estate: str) -> AsyncIterator[Sender]:
    async with linli.client("cases", "li", "resident", "operator", estate=estate) as client:
        yield Sender(client, estate)


@pytest.fixture
async def planted(linli: Linli) -> AsyncIterator[Planted]:
    """Afterwards nothing is stored, no log tells of the marker, and nothing came unforeseen."""
    logs = [linli.running.log(name) for name in linli.addresses]
    ends = [log.stat().st_size for log in logs]
    db = await asyncpg.connect(linli.databases["cases"]["LINLI_RELAY_URL"])
    before = await db.fetchval(_STORED)
    yield Planted()
    after = await db.fetchval(_STORED)
    await db.close()
    assert after == before
    for log, end in zip(logs, ends, strict=True):
        written = (await asyncio.to_thread(log.read_bytes))[end:].decode()
        assert M4RK not in written
        for line in written.splitlines():
            assert json.loads(line)["level"] in {"debug", "info", "warning"}, line
