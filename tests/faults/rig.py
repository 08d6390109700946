"""Steady load on a store, real relays and projectors, and what must be true in the end."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psutil
from linli_local.testing import Stack
from linli_shared.append import Append, NewEvent, Unavailable
from linli_shared.consumer import Projector
from linli_shared.doorbell import Doorbell
from linli_shared.ending import ended
from linli_shared.viewset import Build
from linli_shared.writer import Writer

from shared.tests.broker import positions, until
from shared.tests.things import things

ROOT = Path(__file__).parents[2]
ESTATES = [f"estate-{n}" for n in range(24)]
Key = tuple[str, str]


@dataclass
class Load:
    """Opens things and notes them; remembers what was acknowledged, and what is open."""

    writer: Writer
    acked: dict[Key, int] = field(default_factory=dict)
    unsure: dict[Key, int] = field(default_factory=dict)
    _free: list[Key] = field(default_factory=list)
    running: bool = True

    async def run(self, per_s: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            start, sent = time.monotonic(), 0
            while self.running:
                due = int((time.monotonic() - start) * per_s)
                for _ in range(due - sent):
                    tasks.create_task(self.one())
                sent = due
                await asyncio.sleep(0.005)

    async def one(self) -> None:
        if self._free and random.random() < 0.8:
            key = self._free.pop(random.randrange(len(self._free)))
        else:
            key = (random.choice(ESTATES), uuid4().hex)
        version = self.acked.get(key, 0)
        kind = f"linli.test.{'Noted' if version else 'Opened'}.v1"
        data = f'{{"thing": "{key[1]}", "title": "t", "note": "n{version}"}}'
        event = NewEvent(uuid4(), kind, data, datetime.now(UTC))
        append = Append(
            key[0], f"thing-{key[1]}", version, uuid4(), UUID(int=1), "{}", uuid4(), [event]
        )
        try:
            answer = await self.writer.append(append)
        except Unavailable:
            self.unsure[key] = 1  # its outcome is open: leave the stream alone
            return
        assert answer.outcome in ("appended", "repeated"), answer  # sent again after a lost answer
        self.acked[key] = version + 1
        if version < 30:
            self._free.append(key)


@dataclass
class Rig:
    """One database and one topic. `db` is an administrator's: no row-level security binds it."""

    stack: Stack
    topic: str
    urls: Mapping[str, str]
    url: str
    db: asyncpg.Connection
    load: Load
    log: Path
    kids: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, part: str, lease_s: float = 2) -> "subprocess.Popen[bytes]":
        env = {**os.environ, **self.urls} | {
            "LINLI_KAFKA": self.stack.kafka, "LINLI_TOPIC": self.topic,
            "LINLI_LEASE_S": str(lease_s),
        }  # fmt: skip
        with self.log.open("ab") as out:
            kid = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.parts", part], cwd=ROOT, env=env,
                stdout=out, stderr=out,
            )  # fmt: skip
        self.kids.append(kid)
        return kid

    async def ended(self, kid: "subprocess.Popen[bytes]") -> None:
        """Killed by itself: the fault happened."""

        async def gone() -> bool:
            return kid.poll() is not None

        await until(gone, 120)
        assert kid.returncode == -signal.SIGKILL, self.log.read_text()[-2000:]

    async def stopped(self, kid: "subprocess.Popen[bytes]") -> None:
        async def asleep() -> bool:
            return psutil.Process(kid.pid).status() == psutil.STATUS_STOPPED

        await until(asleep, 120)

    async def end(self, kid: "subprocess.Popen[bytes]") -> None:
        kid.send_signal(signal.SIGCONT)
        kid.kill()
        await asyncio.to_thread(kid.wait)

    async def stored(self) -> int:
        return int(await self.db.fetchval("select count(*) from es.event"))

    async def recovered(self, limit_s: float = 120) -> float:
        """Seconds until every shard of the view has what it holds now."""
        heads = "select shard, max(position) as position from es.event group by shard"
        wanted = {row["shard"]: row["position"] for row in await self.db.fetch(heads)}

        async def all_there() -> bool:
            rows = await self.db.fetch(
                "select shard, position from view.progress where views = 'things.1'"
            )
            read = {row["shard"]: row["position"] for row in rows}
            return all(read.get(shard, 0) >= position for shard, position in wanted.items())

        return await until(all_there, limit_s)

    async def duplicates(self) -> int:
        """Records in the topic beyond one an event."""
        found = await positions(self.stack.kafka, self.topic)
        return sum(map(len, found.values())) - await self.stored()

    async def settled(self, loading: "asyncio.Task[None]") -> None:
        """Stop the load; then: acknowledged once, unacknowledged at most once, in order, equal to
        a clean rebuild row for row, and nothing parked."""
        self.load.running = False
        await loading
        await self.recovered()
        rows = await self.db.fetch("select estate, thing, count, last, disorder from view.ledger_1")
        view = {(row["estate"], row["thing"]): row for row in rows}
        for key, version in self.load.acked.items():
            assert version <= view[key]["count"] <= version + self.load.unsure.get(key, 0), key
        assert view.keys() <= self.load.acked.keys() | self.load.unsure.keys()
        assert all(row["disorder"] == 0 and row["count"] == row["last"] for row in rows)
        assert sum(row["count"] for row in rows) == await self.stored()
        assert await self.db.fetchval("select count(*) from view.parked") == 0
        await self.equals_a_rebuild()

    async def equals_a_rebuild(self) -> None:
        views = things(self.topic)
        owner = await asyncpg.connect(self.urls["LINLI_OWNER_URL"])
        again = await views.begin(owner)
        await owner.close()
        async with asyncpg.create_pool(self.urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool:
            reading = asyncio.create_task(
                Projector(pool, self.stack.kafka, again, "again", lease_s=2).run()
            )
            try:
                await until(lambda: self.equal(Build(views, 1), again), 120)
            finally:
                await ended(reading)

    async def equal(self, one: Build, other: Build) -> bool:
        for table in one.views.tables:
            a, b = table.of(one.number), table.of(other.number)
            same = f"""select not exists (select * from {a} except select * from {b})
                          and not exists (select * from {b} except select * from {a})"""
            if not await self.db.fetchval(same):
                return False
        return True


@asynccontextmanager
async def rigged(
    stack: Stack, topic: str, urls: Mapping[str, str], log: Path
) -> AsyncIterator[Rig]:
    database = urls["LINLI_APP_URL"].rpartition("/")[2]
    url = f"{stack.admin_url.rpartition('/')[0]}/{database}"
    db = await asyncpg.connect(url)
    bell = Doorbell(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
    writer = Writer(
        lambda: asyncpg.connect(urls["LINLI_APP_URL"]), on_append=bell.ring, patience_s=30
    )
    tasks = [asyncio.create_task(bell.run()), asyncio.create_task(writer.run())]
    rig = Rig(stack, topic, urls, url, db, Load(writer), log)
    try:
        yield rig
    finally:
        for kid in rig.kids:
            await rig.end(kid)
        await ended(*tasks)
        await rig.db.close()
