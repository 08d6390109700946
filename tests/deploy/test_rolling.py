"""A service rolled from version n to n+1 while it works: real processes on a stack of their own.

Version n is the code as it stands, n+1 a changed copy (next_version.py). The new one is migrated
beside the old one, runs beside it, is stopped again: nobody notices but streams that only the new
one understands, and these only in the old one."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from linli_local import key_files, ports, services
from linli_local.issuer import Issuer
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import choice, deployed, embedded, started
from linli_shared.ending import ended

from shared.tests.broker import until
from tests.conftest import Client, Linli, complaint
from tests.deploy import next_version

pytestmark = pytest.mark.stack
ESTATES = [f"roll-{n}" for n in range(24)]
LEASE_S = 60  # longer than any test: who takes a shard over was given it


@dataclass(frozen=True, kw_only=True)
class Rolling(Linli):
    """`addresses` has `cases` (n), `next` (n+1) and `views` (n)."""

    place: Path

    @property
    def env(self) -> dict[str, str]:
        secret = key_files.of(self.running.home, "cases")
        return {**self.databases["cases"], **self.common, **secret, "PYTHONPATH": str(self.place)}

    def next(self, *words: str) -> None:
        """Version n+1 is started, or does one thing."""
        port = self.addresses["next"].rpartition(":")[2]
        env = self.env | {"LINLI_PORT": port}
        if "migrate" not in words:
            del env["LINLI_OWNER_URL"]
        self.running.ensure("next", [sys.executable, "-m", "linli_cases", *words], env=env)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Version n+1 runs, all its parts, beside version n."""
        await asyncio.to_thread(self.migrated)
        self.next()
        ready = {"next": self.addresses["next"]}
        await asyncio.to_thread(services.wait, self.running, ready, "/readyz")
        try:
            yield
        finally:
            await asyncio.to_thread(self.running.stop, "next")

    def migrated(self) -> None:
        self.next("migrate")
        self.running.finish("next", 60)


@pytest.fixture(scope="module")
async def rolling(
    issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rolling]:
    if choice()[0] != "embedded":
        pytest.skip("a second stack is had by embedding alone")
    place = next_version.made(tmp_path_factory.mktemp("next"))
    running = Processes(Home(tmp_path_factory.mktemp("rolling")))
    with embedded() as parts:
        servers = await started(parts)
        lease = {"LINLI_LEASE_S": str(LEASE_S)}
        try:
            made = await deployed(running, servers, issuer.url, "cases", "views", "keys", **lease)
            made.addresses["next"] = f"http://127.0.0.1:{ports.any_port()}"
            made.databases["next"] = made.databases["cases"]
            yield Rolling(
                made.addresses, made.databases, servers.kafka, issuer, running, made.common,
                place=place,
            )  # fmt: skip
        finally:
            running.stop(*reversed(running.names()))


@dataclass
class Load:
    """Cases are opened by one version and acknowledged by another, as a balancer would have it."""

    resident: dict[str, Client]
    desk: dict[str, Client]
    acknowledged_by: dict[str, str] = field(default_factory=dict)  # location → version
    others: list[str] = field(default_factory=list)  # answers that were not as hoped
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while not self.stop.is_set():
            await self.one()

    async def one(self) -> None:
        first, second = random.choice([*self.resident]), random.choice([*self.desk])
        place = {"building_id": uuid4().hex}  # none looks like another
        body = complaint(random.choice(ESTATES), title=f"灯 {uuid4().hex}", place=place)
        opened = await self.said(self.resident[first], "/cases", body, wanted=201)
        if opened:
            where = opened.headers["location"]
            if await self.said(self.desk[second], f"{where}/acknowledge", {}, wanted=200):
                self.acknowledged_by[where] = second

    async def said(
        self, client: Client, path: str, body: dict[str, object], *, wanted: int
    ) -> httpx.Response | None:
        answer = await client.command(path, body)
        if answer.status_code == wanted:
            return answer
        self.others.append(f"{path}: {answer.status_code} {answer.text[:300]}")
        return None


@asynccontextmanager
async def load(rolling: Rolling, *versions: str, workers: int = 6) -> AsyncIterator[Load]:
    async with (
        rolling.client("cases", "li", "resident", estate=ESTATES) as li,
        rolling.client("cases", "desk", "operator", estate=ESTATES) as desk,
        rolling.client("next", "li", "resident", estate=ESTATES) as li_next,
        rolling.client("next", "desk", "operator", estate=ESTATES) as desk_next,
    ):
        every = {"cases": (li, desk), "next": (li_next, desk_next)}
        made = Load({v: every[v][0] for v in versions}, {v: every[v][1] for v in versions})
        tasks = [asyncio.create_task(made.run()) for _ in range(workers)]
        try:
            yield made
            made.stop.set()
            await asyncio.gather(*tasks)
        finally:
            await ended(*tasks)


async def more(made: Load, count: int) -> None:
    """So many acknowledged cases more."""
    wanted = len(made.acknowledged_by) + count

    async def there() -> bool:
        assert not made.others, made.others[0]
        return len(made.acknowledged_by) >= wanted

    await until(there, 120)


async def shown(rolling: Rolling, locations: list[str]) -> list[str]:
    """The board's words for these cases, once it has read all that was stored."""
    db = await asyncpg.connect(rolling.databases["cases"]["LINLI_RELAY_URL"])
    heads = await db.fetch("select shard, max(position) as position from es.event group by shard")
    await db.close()
    view = await asyncpg.connect(rolling.databases["views"]["LINLI_VIEW_URL"])

    async def whole() -> bool:
        rows = await view.fetch(
            "select shard, position from view.progress where topic = 'linli.cases.v1'"
        )
        at = {row["shard"]: row["position"] for row in rows}
        return all(at.get(row["shard"], 0) >= row["position"] for row in heads)

    try:
        await until(whole, 120)
        assert await view.fetchval("select count(*) from view.parked") == 0
    finally:
        await view.close()
    async with rolling.client("views", "desk", "operator", estate=ESTATES) as views:
        return [(await views.get(location)).json()["state"] for location in locations]


async def test_a_migration_runs_while_the_old_version_serves(rolling: Rolling) -> None:
    """Of the very table that it writes. Seen red with a migration that renames `es.event.data`."""
    async with load(rolling, "cases") as busy:
        await more(busy, 20)
        await asyncio.to_thread(rolling.migrated)
        await more(busy, 20)
    assert not busy.others
    db = await asyncpg.connect(rolling.databases["cases"]["LINLI_OWNER_URL"])
    assert await db.fetchval("select count(*) from migration.done where name = '0001_flagged'") == 1
    await db.close()
    old = {n: v for n, v in rolling.env.items() if n != "PYTHONPATH"}
    rolling.running.ensure("old", [sys.executable, "-m", "linli_cases", "migrate"], env=old)
    rolling.running.finish("old", 60)  # rolled back, its own migrate has nothing against it
    assert (await shown(rolling, [*busy.acknowledged_by])).count("acknowledged") == len(
        busy.acknowledged_by
    )


async def test_two_versions_serve_one_database_under_load_and_an_older_reader_goes_on(
    rolling: Rolling,
) -> None:
    """Whoever opened a case and whoever acknowledged it: each once, and on the board of a reader
    that knows neither the new field nor the new type. Seen red with a reader to whom an unknown
    type is poison."""
    async with rolling.beside():
        async with load(rolling, "cases", "next") as busy:
            await more(busy, 60)
        assert not busy.others
        assert set(busy.acknowledged_by.values()) == {"cases", "next"}
        assert {*await shown(rolling, [*busy.acknowledged_by])} == {"acknowledged"}
        db = await asyncpg.connect(rolling.databases["cases"]["LINLI_RELAY_URL"])
        try:
            for where, version in busy.acknowledged_by.items():
                rows = await db.fetch(
                    "select type, version from es.event where stream = $1 order by version",
                    f"case-{where.rpartition('/')[2]}",
                )
                kinds = ["CaseOpened", "CaseAcknowledged"]
                kinds += ["CaseFlagged"] if version == "next" else []
                assert [row["type"].split(".")[2] for row in rows] == kinds
                assert [row["version"] for row in rows] == [*range(1, len(kinds) + 1)]
            new = "select count(*) from es.event where data ->> 'opened_by' = 'n+1'"
            assert await db.fetchval(new) > 0
        finally:
            await db.close()


async def test_a_type_of_a_newer_version_stops_its_stream_in_the_old_one_and_no_other(
    rolling: Rolling,
) -> None:
    """Seen red with an `Event.parse` that takes it for another."""
    async with (
        rolling.beside(),
        rolling.client("cases", "desk", "operator", estate=ESTATES) as old,
        rolling.client("next", "desk", "operator", estate=ESTATES) as new,
    ):
        paths = []
        for version in (old, new):
            body = complaint(ESTATES[0], title=uuid4().hex, place={"building_id": uuid4().hex})
            opened = await version.command("/cases", body)
            paths.append(opened.headers["location"])
            assert (await version.command(f"{paths[-1]}/acknowledge")).status_code == 200
        known, newer = paths
        refused = await old.command(f"{newer}/assign", {"assignee_id": "wang"})
        assert (refused.status_code, refused.json()["code"]) == (503, "STREAM_NEWER_THAN_SERVICE")
        assert refused.headers["retry-after"]
        for version, path in ((old, known), (new, newer)):
            done = await version.command(f"{path}/assign", {"assignee_id": "wang"})
            assert done.status_code == 200, done.text
        assert await shown(rolling, paths) == ["assigned", "assigned"]


async def test_a_process_that_is_told_to_stop_gives_its_leases_back_at_once(
    rolling: Rolling,
) -> None:
    """Leases are for a minute here; without giving back the facts of half of all shards would wait
    for it. Seen red with SIGKILL instead of SIGTERM."""
    db = await asyncpg.connect(rolling.databases["cases"]["LINLI_OWNER_URL"])
    held = """select count(*) from lease.lease
               where work = 'relay' and until > clock_timestamp() and owner like $1"""
    try:
        async with rolling.beside():
            found = rolling.running.find("next")
            assert found
            mine = f"%-{found.pid}"

            async def shared() -> bool:
                return bool(await db.fetchval(held, mine) == 8)

            await until(shared, 120)
            await asyncio.to_thread(rolling.running.stop, "next")
            assert await db.fetchval(held, mine) == 0
            async with load(rolling, "cases") as busy:
                await more(busy, 60)
            assert {*await shown(rolling, [*busy.acknowledged_by])} == {"acknowledged"}
    finally:
        await db.close()
