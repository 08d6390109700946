"""A day of fifty estates in ten minutes (120 times `--seconds`): every service as it is deployed,
and cases that live as they do, from a report over the desk and a worker to its confirmation.

Commands come when they come, whether the one before was answered or not (an open loop): what is
late counts from when it was due. People report in the morning and, most of all, in the evening.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
from linli_local.issuer import Issuer
from linli_local.testing import Deployed, deployed, started_issuer

from shared.tests.broker import until
from tests.bench.measuring import Comparison
from tests.bench.places import Place, processes
from tests.bench.resting import always, weight

ESTATES: Final = 50
RESIDENTS: Final = 20  # of an estate, who report
PER_S: Final = 40  # commands, on average; at the busiest hour 2.4 times as many
LOOKED_AT: Final = 10  # one command of so many is looked for on the board
# Of an average hour, from midnight on.
HOURS: Final = (
    0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.2, 1.9, 1.6, 1.3, 1.1,
    0.9, 0.8, 1.0, 1.0, 1.1, 1.3, 1.9, 2.4, 2.3, 1.6, 0.9, 0.4,
)  # fmt: skip
STEPS: Final[tuple[tuple[str, str, Mapping[str, Any]], ...]] = (
    ("desk", "acknowledge", {}),
    ("desk", "assign", {"assignee_id": "wang"}),
    ("wang", "respond", {"channel": "phone", "message": "师傅今天下午上门。"}),
    ("wang", "start", {}),
    ("wang", "resolve", {"outcome": "已更换灯具。"}),
    ("reporter", "confirm", {}),
)
Headers = dict[str, str]


@dataclass(slots=True)
class Seen:
    """What came of it, in milliseconds."""

    answered: list[float] = field(default_factory=list)
    on_board: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Day:
    cases: httpx.AsyncClient
    views: httpx.AsyncClient
    tokens: Mapping[tuple[int, str], Headers]
    seen: Seen = field(default_factory=Seen)
    sent: int = 0

    async def run(self, seconds: float) -> None:
        lives = int(PER_S * seconds / (len(STEPS) + 1))
        chance = random.Random(20201123)
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number, at in enumerate(_moments(lives, seconds, chance)):
                await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
                waits = [chance.expovariate(1 / (seconds / 60)) for _ in STEPS]
                tasks.create_task(self._life(number, begun + at, waits))

    async def _life(self, number: int, at: float, waits: list[float]) -> None:
        estate, who = number % ESTATES, f"resident{number // ESTATES % RESIDENTS}"
        report = {
            "estate_id": f"estate-{estate}", "kind": "complaint", "service_code": "lighting",
            "title": "楼道灯不亮", "channel": "app",
            "description": f"{number}号的灯坏了，晚上看不清台阶。",
            "place": {"building_id": str(number % 40), "unit_id": f"{number}"},
        }  # fmt: skip
        told = await self._command(estate, who, "/cases", report, at)
        for (role, step, body), wait in zip(STEPS, waits, strict=True):
            if told is None:
                return  # the rest of its life never comes
            at = max(at + wait, time.perf_counter())
            await asyncio.sleep(at - time.perf_counter())
            by = who if role == "reporter" else role
            path = f"/cases/{told['id']}/{step}"
            told = await self._command(estate, by, path, body, at)

    async def _command(
        self, estate: int, who: str, path: str, body: Mapping[str, Any], at: float
    ) -> dict[str, Any] | None:
        headers = self.tokens[estate, who] | {"Idempotency-Key": str(uuid4())}
        answer = await self.cases.post(path, json=body, headers=headers)
        self.seen.answered.append((time.perf_counter() - at) * 1000)
        self.sent += 1
        if not answer.is_success:
            self.seen.refused[f"{answer.status_code} {answer.json().get('code')}"] += 1
            return None
        told: dict[str, Any] = answer.json()
        if self.sent % LOOKED_AT == 0:
            await self._looked(estate, told["id"], answer.headers["linli-position"])
        return told

    async def _looked(self, estate: int, case: str, position: str) -> None:
        """Until the desk sees it."""
        begun = time.perf_counter()
        headers = self.tokens[estate, "desk"] | {"Linli-Position": position}
        while True:
            answer = await self.views.get(f"/cases/{case}", headers=headers)
            if answer.status_code == 200 and "linli-behind" not in answer.headers:
                self.seen.on_board.append((time.perf_counter() - begun) * 1000)
                return


def _moments(lives: int, seconds: float, chance: random.Random) -> list[float]:
    """When each begins, as the hours say. The last tenth of the time is left for their ends."""
    hours = chance.choices(range(24), HOURS, k=lives)
    return sorted((hour + chance.random()) / 24 * seconds * 0.9 for hour in hours)


async def day(place: Place) -> AsyncIterator[Comparison]:
    seconds = place.seconds * 120
    with processes() as running:
        issuer = started_issuer(running)
        made = await deployed(running, place.stack, issuer.url)
        before = await _bytes(place, made)
        done, took = await _lived(made, issuer, seconds)
        behind = await _caught_up(place, made)
        grown = {name: size - before[name] for name, size in (await _bytes(place, made)).items()}
        events = await _events(place, made)
        messages = events["notifications"]
        heaviest = max(weight(running, name) for name in running.names() if name != "issuer")
    assert not done.seen.refused, done.seen.refused
    for what, unit, figure in (
        ("commands", "commands/s", done.sent / took),
        ("command, p50", "ms", statistics.median(done.seen.answered)),
        ("command, p99", "ms", statistics.quantiles(done.seen.answered, n=100)[98]),
        ("answer to board, p50", "ms", statistics.median(done.seen.on_board)),
        ("answer to board, p99", "ms", statistics.quantiles(done.seen.on_board, n=100)[98]),
        ("after the last command until all is everywhere", "ms", behind * 1000),
        ("facts of cases", "events", events["cases"]),
        ("facts of notifications", "events", messages),
        ("store of cases, a fact", "bytes", grown["cases"] / events["cases"]),
        ("views, a fact of cases", "bytes", grown["views"] / events["cases"]),
        (
            "notifications, a fact of theirs",
            "bytes",
            grown["notifications"] / messages,
        ),
        ("heaviest service", "MB", heaviest),
    ):
        yield Comparison(f"day of {ESTATES} estates: {what}", unit, {"linli": always(figure)})


async def _lived(made: Deployed, issuer: Issuer, seconds: float) -> tuple[Day, float]:
    people = {"desk": "operator", "wang": "steward"}
    people |= {f"resident{n}": "resident" for n in range(RESIDENTS)}
    tokens = {
        (n, who): {"Authorization": f"Bearer {issuer.token(who, {f'estate-{n}': [role]})}"}
        for n in range(ESTATES)
        for who, role in people.items()
    }
    limits = httpx.Limits(max_connections=64)
    async with AsyncExitStack() as stack:
        cases, views = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=made.addresses[name], timeout=60, limits=limits, trust_env=False
                )
            )
            for name in ("cases", "views")
        ]
        done, begun = Day(cases, views, tokens), time.perf_counter()
        await done.run(seconds)
        return done, time.perf_counter() - begun


async def _caught_up(place: Place, made: Deployed) -> float:
    """Seconds until every reader of cases has read all that the store has."""
    store = await asyncpg.connect(place.admin(made.databases["cases"]))
    last = {row["shard"]: row["position"] for row in await store.fetch(_LAST)}
    await store.close()
    readers = [
        await asyncpg.connect(place.admin(made.databases[name]))
        for name in ("views", "notifications")
    ]

    async def read() -> bool:
        for db in readers:
            for row in await db.fetch(_READ):
                if row["position"] < last.get(row["shard"], 0):
                    return False
        return True

    waited = await until(read, 600)
    for db in readers:
        await db.close()
    return waited


_LAST: Final = "select shard, max(position) as position from es.event group by shard"
_READ: Final = "select shard, position from view.progress where topic = 'linli.cases.v1'"


async def _bytes(place: Place, made: Deployed) -> dict[str, int]:
    admin = await asyncpg.connect(place.stack.admin_url)
    names = {name: Path(urls["LINLI_OWNER_URL"]).name for name, urls in made.databases.items()}
    sizes = {
        name: await admin.fetchval("select pg_database_size($1)", database)
        for name, database in names.items()
    }
    await admin.close()
    return sizes


async def _events(place: Place, made: Deployed) -> dict[str, int]:
    counts = {}
    for name in ("cases", "notifications"):
        db = await asyncpg.connect(place.admin(made.databases[name]))
        counts[name] = await db.fetchval("select count(*) from es.event")
        await db.close()
    return counts
