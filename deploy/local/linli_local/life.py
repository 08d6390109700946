"""One life of the demo: what it tells the APIs, and what it was answered."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import httpx

from .month import Month

ESTATE: Final = "xx"
COMPANY: Final = "company:xiangjiang"
ZONE: Final = ZoneInfo("Asia/Shanghai")
Body: TypeAlias = dict[str, Any]
_PATIENCE_S: Final = 30
_KEYS: Final = UUID("6f0c1f5e-7c0e-5a33-8a39-2f4f3ad4a5c1")
_OF: Final = {
    **dict.fromkeys(("cases", "disputes"), "cases"),
    **dict.fromkeys(("visits", "shifts", "credentials"), "volunteers"),
    **dict.fromkeys(("companies", "buildings"), "estates"),
    **dict.fromkeys(("topics", "meetings", "resolutions"), "meetings"),
}


class Unexpected(Exception):
    """An answer that the demo did not ask for."""


class Memory:
    """When the demo began, what it was answered, and whether it is over; a line each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        text = file.read_text() if file.exists() else ""
        whole = text.splitlines()[: text.count("\n")]  # a kill may have cut the last one
        self._lines = [json.loads(line) for line in whole]
        self.answers = {line["key"]: line["said"] for line in self._lines if "key" in line}

    def of(self, name: str) -> Any:
        return next((line[name] for line in self._lines if name in line), None)

    def add(self, **line: Any) -> None:
        self._lines.append(line)
        if "key" in line:
            self.answers[line["key"]] = line["said"]
        with self._file.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)
        self._lines, self.answers = [], {}


@dataclass
class Session:
    """The APIs, a token a person, and what was put in so far."""

    env: Mapping[str, str]
    http: httpx.AsyncClient
    memory: Memory
    month: Month
    begins: datetime
    put: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))

    async def headers(self, person: str, role: str) -> dict[str, str]:
        if (person, role) not in self._tokens:
            wish = {"person_id": person, "estates": {ESTATE: [role], COMPANY: [role]}}
            answer = await self.http.post(f"{self.env['LINLI_ISSUER']}/token", json=wish)
            self._tokens[person, role] = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[person, role]}"}

    async def send(
        self, key: str, path: str, who: tuple[str, str], body: Mapping[str, Any], code: str
    ) -> Any:
        async with self._turns:
            self.month.go_on()
            head = await self.headers(*who) | {"Idempotency-Key": key}
            # What is of a company is the directory's.
            service = "ESTATES" if "tenant" in body else _OF[path.split("/")[1]].upper()
            url = f"{self.env[f'LINLI_{service}_URL']}{path}"
            self.sent += 1
            for _ in range(1 + (self.sent % 3 == 0)):
                answer = await self._asked(url, body, head)
                said = answer.json()
                if said.get("code", "") != code or bool(code) == answer.is_success:
                    raise Unexpected(f"{path}: {answer.status_code} {answer.text}")
            self.memory.add(key=key, said=said)
            return said

    async def _asked(
        self, url: str, body: Mapping[str, Any], head: Mapping[str, str]
    ) -> httpx.Response:
        """Again where a copy is too old: here weeks go by before anybody can say that it is not."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                answer = await self.http.post(url, json=body, headers=head)
                if answer.json().get("code") != "COPY_TOO_OLD":
                    return answer
                await asyncio.sleep(0.1)

    async def ask(self, path: str, who: tuple[str, str]) -> Any:
        """What the views say."""
        url = f"{self.env['LINLI_VIEWS_URL']}{path}"
        answer = await self.http.get(url, headers=await self.headers(*who))
        return answer.raise_for_status().json()


@dataclass
class Life:
    """One story of the village, from its first day on. Its commands have the same keys whenever it
    is told."""

    session: Session
    name: str
    day: int
    _told: int = 0

    def moment(self, days: int, hour: int, minute: int = 0) -> datetime:
        day = self.session.begins.astimezone(ZONE).date() + timedelta(days=self.day + days)
        return datetime.combine(day, time(hour, minute), ZONE)

    async def at(self, days: int, hour: int, minute: int = 0) -> None:
        """Wait for that time of so many days after the first."""
        await self.session.month.until(self.moment(days, hour, minute))

    async def tell(
        self, path: str, who: tuple[str, str], *, refused: str = "", **body: Any
    ) -> dict[str, Any]:
        """A command by (person, role); `refused`: the code, where it must be."""
        self._told += 1
        key = str(uuid5(_KEYS, f"{self.name} {self._told}"))
        known: dict[str, Any] | None = self.session.memory.answers.get(key)
        said = known or await self.session.send(key, path, who, body, refused)
        self.session.put["refused"] += bool(refused)
        return said

    def count(self, **more: int) -> None:
        """What was put in, for the figures."""
        self.session.put.update(more)
