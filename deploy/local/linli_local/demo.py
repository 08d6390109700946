"""`linli demo`: some weeks of 湘熙水郡 through the public APIs, and the figures counted three ways.

It speaks as clients should and as they do: every third command is sent twice, some reports are made
twice, and some commands are wrong on purpose. At the end what was put in, what the views say and
what the event store holds must be equal.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from . import figures, village
from .screen import out
from .state import Home

ESTATE: Final = "xx"
ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass
class PutIn:
    """What the demo has put in so far, over all its rounds."""

    since: str = ""
    rounds: int = 0
    complaints_opened: int = 0
    complaints_resolved: int = 0
    kept: int = 0  # opened and neither merged, rejected nor withdrawn
    resolved_once: int = 0
    reopened: int = 0
    rated: int = 0
    rated_well: int = 0
    legacy_resolved: int = 0
    disputes_filed: int = 0
    disputes_mediated: int = 0
    disputes_settled: int = 0
    retried: int = 0
    refused: int = 0


class Unexpected(Exception):
    """An answer that the demo did not ask for."""


@dataclass
class Session:
    """The APIs, a token a person, and what was put in."""

    env: Mapping[str, str]
    http: httpx.AsyncClient
    put: PutIn
    positions: dict[int, int] = field(default_factory=dict)  # the last of each shard
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _sent: int = 0

    async def headers(self, person: str, role: str) -> dict[str, str]:
        if (person, role) not in self._tokens:
            wish = {"person_id": person, "estates": {ESTATE: [role]}}
            answer = await self.http.post(f"{self.env['LINLI_ISSUER']}/token", json=wish)
            self._tokens[person, role] = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[person, role]}"}

    async def tell(
        self,
        path: str,
        who: tuple[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        code: str = "",
    ) -> dict[str, Any]:
        """A command of cases, by (person, role); `code` where it must be refused with that."""
        head = await self.headers(*who) | {"Idempotency-Key": str(uuid4())}
        url = f"{self.env['LINLI_CASES_URL']}{path}"
        answer = await self.http.post(url, json=dict(body or {}), headers=head)
        self._sent += 1
        if self._sent % 3 == 0:
            again = await self.http.post(url, json=dict(body or {}), headers=head)
            self.put.retried += 1
            if (again.status_code, again.text) != (answer.status_code, answer.text):
                raise Unexpected(f"{path}: the retry was answered otherwise: {again.text}")
        said: dict[str, Any] = answer.json()
        if said.get("code", "") != code or bool(code) == answer.is_success:
            raise Unexpected(f"{path}: {answer.status_code} {answer.text}")
        self.put.refused += bool(code)
        if at := answer.headers.get("Linli-Position"):
            _, shard, position = at.split("/")
            self.positions[int(shard)] = max(int(position), self.positions.get(int(shard), 0))
        return said

    async def ask(self, service: str, path: str, who: tuple[str, str], topic: str) -> Any:
        """A read that waits until it shows all that was put in."""
        head = await self.headers(*who)
        for shard, position in self.positions.items():
            head["Linli-Position"] = f"{topic}/{shard}/{position}"
        for _ in range(15):
            url = f"{self.env[f'LINLI_{service.upper()}_URL']}{path}"
            answer = await self.http.get(url, headers=head)
            answer.raise_for_status()
            if "Linli-Behind" not in answer.headers:
                break
        return answer.json()


async def demo(env: Mapping[str, str], *, again: bool = False) -> int:
    """Run it where there was none yet, or `again`; compare the figures; 0 where they are equal."""
    memory = Home.usual().root / "demo.json"
    put = _remembered(json.loads(memory.read_text())) if memory.exists() else PutIn()
    if put.rounds and not await figures.stored(env, ESTATE):
        put = PutIn()  # of a database that is gone
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        session = Session(env, http, put)
        if again or not put.rounds:
            put.since = put.since or str((datetime.now(ZONE) - timedelta(days=1)).date())
            put.rounds += 1
            try:
                await _round(session)
            except* (Unexpected, httpx.HTTPError) as errors:
                out.print(f"[red]✗[/] The demo stopped: {escape(str(errors.exceptions[0]))}")
                raise typer.Exit(1) from None
            memory.write_text(json.dumps(asdict(put)))
        else:
            out.print(
                "The demo has been here: comparing its figures. Once more: .venv/bin/linli demo"
            )
        return await figures.compare(session, ESTATE)


async def _round(session: Session) -> None:
    begun, put = time.monotonic(), session.put
    jobs = village.jobs(session, put.rounds)
    out.print(
        f"Estate {ESTATE} 长沙·湘熙水郡: {village.BUILDINGS} buildings, {village.UNITS} units."
        f" Round {put.rounds}: {len(jobs)} matters."
    )
    columns = TextColumn("  {task.description}"), BarColumn(24), MofNCompleteColumn()
    turns = asyncio.Semaphore(8)
    with Progress(*columns, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task("complaints and disputes", total=len(jobs))

        async def run(job: village.Job) -> None:
            async with turns:
                await job()
            bar.advance(task)

        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(run(job))
    out.print(
        f"Sent in {time.monotonic() - begun:.1f} s; {put.retried} commands twice,"
        f" {put.refused} refused as they should be."
    )


def _remembered(saved: Mapping[str, Any]) -> PutIn:
    return PutIn(**{f.name: saved[f.name] for f in fields(PutIn) if f.name in saved})
