"""A store, or a broker, that was brought back from a backup: what the other has makes it whole."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from linli_cases.complaints.domain import CASES
from linli_local import ports
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore, Stack
from linli_operate.catching_up import CatchUp, CaughtUp, promised
from linli_operate.places import Place
from linli_operate.screen import Trouble
from linli_operate.store import _refuse_contradictions
from linli_operate.whole import Verdict, verify
from linli_shared.kafka import SHARDS
from linli_shared.seal import Seal

from shared.tests.broker import positions, read, until
from tests.conftest import Client, complaint
from tests.faults.cases import cases
from tests.faults.copies import of_kafka, of_postgres
from tests.faults.rig import Rig

PER_S = 200
ESTATES = [f"estate-{n}" for n in range(8)]
TABLES = ("es.event", "es.reservation", "es.timer", "es.counter", "view.open_case_1")


@dataclass
class Cases:
    """The service as a process of its own, and everything that it was asked and has answered."""

    address: str
    urls: dict[str, str]
    admin: str
    kafka: str
    topic: str
    issuer: Issuer
    seal: Seal
    asked: dict[str, tuple[str, dict[str, Any], httpx.Response]] = field(default_factory=dict)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        token = self.issuer.token(
            "desk", {estate: ["operator"] for estate in [*ESTATES, "estate-9"]}
        )
        async with Client(
            base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=30,
            trust_env=False,
        ) as client:  # fmt: skip
            yield client

    async def ask(self, client: Client, path: str, body: dict[str, Any], key: str = "") -> Any:
        key = key or str(uuid4())
        answer = await client.command(path, body, key=key)
        self.asked.setdefault(key, (path, body, answer))
        return answer

    async def load(self, count: int) -> None:
        """So many cases of eight estates, of which most are assigned and some are withdrawn: every
        kind of command here reserves, gives back, numbers or sets a timer."""

        async def one(client: Client, number: int) -> None:
            body = complaint(ESTATES[number % len(ESTATES)], title=f"灯 {uuid4().hex[:12]}")
            opened = await self.ask(client, "/cases", body)
            assert opened.status_code == 201, opened.text
            path = opened.headers["location"]
            if number % 4:
                await self.ask(client, f"{path}/acknowledge", {})
                await self.ask(client, f"{path}/assign", {"assignee_id": f"w{number % 60}"})
            else:
                await self.ask(client, f"{path}/withdraw", {"reason": "made by mistake"})

        async with self.client() as client:
            for begin in range(0, count, 25):
                numbers = range(begin, min(begin + 25, count))
                await asyncio.gather(*(one(client, n) for n in numbers))

    async def at_head(self) -> None:
        """All that is stored is in Kafka, and in the service's own view."""
        behind = """
        select exists (select from es.event e join es.relay r using (shard)
                        join view.progress p on p.shard = r.shard and p.topic = $1
                       where e.position > least(r.position, p.position))"""
        db = await asyncpg.connect(self.admin)

        async def done() -> bool:
            return not await db.fetchval(behind, self.topic)

        await until(done, 120)
        await db.close()

    async def compared_anew(self) -> float:
        db = await asyncpg.connect(self.admin)
        same = "select bool_and(incarnation = es.incarnation()) from es.relay"

        async def done() -> bool:
            return bool(await db.fetchval(same))

        try:
            return await until(done, 120)
        finally:
            await db.close()

    async def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        db = await asyncpg.connect(self.admin)
        rows = "select t::text from {} t where estate = any ($1)"
        found = {
            table: sorted(map(tuple, await db.fetch(rows.format(table), ESTATES)))
            for table in TABLES
        }
        await db.close()
        return found

    async def compared(self) -> list[Verdict]:
        async with asyncpg.create_pool(self.urls["LINLI_RELAY_URL"], min_size=1) as pool:
            return [await verify(pool, self.kafka, self.topic, n) for n in range(SHARDS)]

    async def catch_up(self) -> CaughtUp:
        """As `linli store catch-up` does."""
        verdicts = await self.compared()
        _refuse_contradictions(verdicts)
        marks = await promised(self.kafka, self.topic)
        db = await asyncpg.connect(self.urls["LINLI_OWNER_URL"])
        try:
            return await CatchUp(db, [CASES], self.seal).run(verdicts, marks)
        finally:
            await db.close()

    async def ready(self) -> httpx.Response:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            return await client.get(f"{self.address}/readyz")


@pytest.fixture
async def service(
    stack: Stack, issuer: Issuer, key_store: KeyStore, topic: str, tmp_path: Path,
    make_database: Callable[..., Awaitable[dict[str, str]]],
) -> AsyncIterator[Cases]:  # fmt: skip
    if stack.embedded is None:
        pytest.skip("PostgreSQL and Kafka were given: they are not ours to put back")
    urls = await make_database(views=cases(topic).sets)
    port = ports.any_port()
    told = key_store.told("cases")
    env = {**os.environ, **urls} | {
        "LINLI_KAFKA": stack.kafka, "LINLI_TOPIC": topic, "LINLI_ISSUER": issuer.url,
        "LINLI_PORT": str(port), "LINLI_LEASE_S": "2", **told,
    }  # fmt: skip
    admin = stack.admin_url.rpartition("/")[0] + "/" + urls["LINLI_APP_URL"].rpartition("/")[2]
    secret = {"LINLI_CASES_KEY_STORE_SECRET": told["LINLI_KEY_STORE_SECRET"]}
    seal = Place("cases", told | secret).seal()
    made = Cases(f"http://127.0.0.1:{port}", urls, admin, stack.kafka, topic, issuer, seal)
    log = tmp_path / "cases.log"
    process = started(env, log)

    async def ready() -> bool:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            return (await made.ready()).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        await until(ready, 120)
        yield made
    finally:
        process.kill()
        process.wait()


def started(env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.cases"], env=env, stdout=out, stderr=out,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip


async def put_back(stack: Stack, service: Cases, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """PostgreSQL's data folder is copied; later the copy takes its place."""
    servers = stack.embedded
    assert servers
    backup = of_postgres(servers)
    await servers.stop_postgres()
    backup.take()
    await servers.start_postgres()
    print(f"\na start costs {await service.compared_anew():.1f} s until commands are taken")
    try:
        await meanwhile()
        await servers.stop_postgres()
        backup.restore()
    finally:
        await servers.start_postgres()
        backup.forget()


async def test_a_store_put_back_to_before_its_last_events_gets_them_again_from_kafka(
    stack: Stack, service: Cases
) -> None:
    """A physical copy of PostgreSQL's whole data folder takes the place of the data. Went red, each
    alone, without: `es.assert_whole` (it took commands, and store and topic contradict each other);
    the holds (also those of texts that are sealed, not opened), the reminders and the numbers of
    `CatchUp`; `ce_commandid` (a repeat is refused)."""
    await service.load(40)
    was: dict[str, list[tuple[Any, ...]]] = {}

    async def meanwhile() -> None:
        begun, before = time.monotonic(), len(service.asked)
        await service.load(200)
        per_s = (len(service.asked) - before) / (time.monotonic() - begun)
        print(f"\n{len(service.asked) - before} commands, {per_s:.0f}/s, are lost with the store")
        await service.at_head()
        was.update(await service.tables())

    await put_back(stack, service, meanwhile)
    ends = {n: len(found) for n, found in (await read(service.kafka, service.topic)).items()}
    lost = sum(len(v.lost) for v in await service.compared())
    assert lost > 400

    async def told() -> bool:
        said = (await service.ready()).json()
        return not said["ready"] and "lost facts" in said["parts"]["relay"]

    await until(told, 120)
    async with service.client() as client:
        refused = await client.command("/cases", complaint(ESTATES[0]))
    assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
    assert ends == {n: len(r) for n, r in (await read(service.kafka, service.topic)).items()}

    begun = time.monotonic()
    done = await service.catch_up()
    print(
        f"{done.facts} facts of {done.commands} commands back in {time.monotonic() - begun:.1f} s"
    )
    assert (done.facts, done.bare) == (lost, 0)
    begun = time.monotonic()
    async with service.client() as client:
        while (await client.command("/cases", complaint("estate-9"))).status_code == 503:
            pass
    print(f"commands are taken again {time.monotonic() - begun:.1f} s after it")
    await service.at_head()
    now = await service.tables()
    assert [table for table in TABLES if now[table] != was[table]] == []
    assert all(verdict.whole for verdict in await service.compared())
    await each_is_answered_as_before(service)
    assert (await service.tables())["es.event"] == was["es.event"]


async def each_is_answered_as_before(service: Cases) -> None:
    async with service.client() as client:
        for key, (path, body, first) in list(service.asked.items())[::7]:
            again = await client.command(path, body, key=key)
            assert (again.status_code, again.content) == (first.status_code, first.content)


async def of_the_store(service: Cases) -> dict[str, list[tuple[Any, ...]]]:
    """Without the view, which goes on by itself."""
    return {t: rows for t, rows in (await service.tables()).items() if t.startswith("es.")}


async def test_a_store_that_was_written_to_after_it_was_put_back_is_told_and_left_alone(
    stack: Stack, service: Cases
) -> None:
    """Somebody overrules the store's own refusal: positions and versions are given away twice."""
    await service.load(8)

    async def meanwhile() -> None:
        await service.load(24)
        await service.at_head()

    await put_back(stack, service, meanwhile)
    owner = await asyncpg.connect(service.urls["LINLI_OWNER_URL"])
    await owner.execute("update es.relay set incarnation = es.incarnation()")
    await owner.close()
    await service.load(16)
    was = await of_the_store(service)
    with pytest.raises(Trouble, match="contradict"):
        await service.catch_up()
    assert await of_the_store(service) == was
    wrong = [line for v in await service.compared() for line in v.wrong]
    assert any("id" in line and "differ" in line for line in wrong) or any(
        "only the store has it" in line for line in wrong
    )


def taken(chains: dict[int, list[tuple[int, int]]]) -> dict[int, list[int]]:
    """What a reader from the start applies."""
    found: dict[int, list[int]] = {}
    for shard, chain in chains.items():
        at: list[int] = []
        for prev, position in chain:
            if prev == (at[-1] if at else 0) and position > prev:
                at.append(position)
        found[shard] = at
    return found


@pytest.mark.parametrize("loaded", [False, True], ids=["nothing-comes-after", "under-load"])
async def test_a_tail_that_kafka_has_lost_is_published_again(rig: Rig, loaded: bool) -> None:
    """A copy of Kafka's whole data folder takes the place of the data, with relay and readers at
    work. Where nothing comes after, it went red without the look at the ends beside the
    watermarks."""
    if rig.stack.embedded is None:
        pytest.skip("Kafka was given: it is not ours to put back")
    servers = rig.stack.embedded
    backup = of_kafka(servers)
    rig.start("relay")
    rig.start("projector")
    loading = asyncio.create_task(rig.load.run(PER_S))
    await asyncio.sleep(2)
    await rig.recovered()
    await servers.kill_kafka()
    # The copy holds no more than this. What came back is not counted: the relay may be quicker.
    kept = sum(map(len, await stored(rig)))
    backup.take()
    await servers.start_kafka()
    await asyncio.sleep(2)
    if not loaded:
        rig.load.running = False
        await loading
    await rig.recovered()
    before = await stored(rig)
    await servers.kill_kafka()
    backup.restore()
    await servers.start_kafka()
    backup.forget()
    lost = sum(map(len, before)) - kept
    assert lost > 0, "nothing was lost: the fault did not happen"

    async def whole() -> bool:
        found = taken(await positions(rig.stack.kafka, rig.topic))
        return all(set(wanted) <= set(found[n]) for n, wanted in enumerate(before))

    print(f"\n{lost} or more lost: the topic is whole again after {await until(whole, 120):.1f} s")
    await rig.settled(loading)


async def stored(rig: Rig) -> Sequence[list[int]]:
    """Positions by shard."""
    found: list[list[int]] = [[] for _ in range(SHARDS)]
    for row in await rig.db.fetch("select shard, position from es.event order by position"):
        found[row["shard"]].append(row["position"])
    return found
