"""The simulated time of a stack: set in every service's database, moved on from due to due.

    async with simulation(databases) as time:
        await time.begin(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
        ...                                # commands, through the APIs
        await time.until(datetime(2026, 4, 2, 9, tzinfo=SHANGHAI))

Time stands still between two calls. `until` waits until nothing is left to do, goes on to the next
moment at which a timer of any service is due, and so on up to its target; so whatever follows from
one timer has happened before the next one fires, as it would in real life. The services must have
been started with `LINLI_SIMULATION=1`.
"""

import asyncio
import time as real
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
from linli_shared.clock import CHANNEL

_SET: Final = f"""
with given as (
    insert into clock.simulated (at) values ($1)
        on conflict (only_row) do update set at = excluded.at returning at)
select pg_notify('{CHANNEL}', '') from given"""
_RELEASE: Final = f"""
with gone as (delete from clock.simulated returning at) select pg_notify('{CHANNEL}', '')"""
_LAST: Final = """
select max(e.recorded_at) from generate_series(0, 15) s, lateral (
    select recorded_at from es.event where shard = s order by position desc limit 1) e"""
_STORE: Final = """
select s as shard, coalesce(r.position, 0) as sent,
       coalesce((select max(e.position) from es.event e where e.shard = s), 0) as head,
       (select min(t.due_at) from es.timer t) as due
  from generate_series(0, 15) s left join es.relay r on r.shard = s"""
# Of a set of views that is being built anew beside the live one only the newest revision is read.
_READERS: Final = """
select b.views || '.' || b.number as build, p.topic, p.shard, p.position
  from view.build b left join view.progress p on p.views = b.views || '.' || b.number
 where b.revision = (select max(n.revision) from view.build n where n.views = b.views)"""
_STEPS: Final = "select count(*) from view.process_step_1 where not done"
_QUEUES: Final = "select number from view.build where views = 'mail_queue' and live"
_LETTERS: Final = "select count(*) from view.mail_queue_{} where queued_at is not null"
_TICK: Final = timedelta(microseconds=1)
_POLL_S: Final = 0.015

Heads = dict[str, dict[int, int]]  # by topic: a shard's last position


class TimeGoesBack(Exception):
    """Time was to be set to before what it is, or to before what has been recorded."""


class NeverIdle(Exception):
    """What was still to be done when patience ended."""


@dataclass
class _Service:
    """One service's database, by three of its logins: no single one of them may see everything."""

    name: str
    owner: asyncpg.Pool
    relay: asyncpg.Pool
    view: asyncpg.Pool
    stores: bool = False
    reads: bool = False
    questions: list[str] = field(default_factory=list)

    async def look(self, mail: bool) -> None:
        """What there is in it."""
        exists = "select to_reg{}($1) is not null"
        self.stores = await self.owner.fetchval(exists.format("namespace"), "es")
        self.reads = await self.owner.fetchval(exists.format("namespace"), "view")
        self.questions = []
        if await self.owner.fetchval(exists.format("class"), "view.process_step_1"):
            self.questions.append(_STEPS)
        if mail and self.reads and (number := await self.view.fetchval(_QUEUES)):
            self.questions.append(_LETTERS.format(number))

    async def unbind(self, at: datetime) -> None:
        """No promise of a relay binds it that was made in real time, or is just being made."""
        async with self.owner.acquire() as db, db.transaction():
            await db.execute("select pg_advisory_xact_lock(1702, s) from generate_series(0, 15) s")
            await db.execute("delete from es.mark where at > $1", at)

    async def store(self) -> list[asyncpg.Record]:
        return await self.relay.fetch(_STORE) if self.stores else []

    async def readers(self) -> tuple[list[asyncpg.Record], list[int]]:
        """As of one moment: a step is written together with how far its process has read."""
        if not self.reads:
            return [], []
        async with (
            self.view.acquire() as db,
            db.transaction(isolation="repeatable_read", readonly=True),
        ):
            rows = await db.fetch(_READERS)
            return rows, [await db.fetchval(question) for question in self.questions]


@dataclass
class Simulation:
    """`patience_s` (real seconds) is how long the services may take to have nothing left to do."""

    services: Sequence[_Service]
    patience_s: float = 120
    now: datetime | None = None
    steps: int = 0  # how often the time was set
    _away: set[str] = field(default_factory=set)

    async def begin(self, at: datetime) -> None:
        """The first time, or on from where an earlier simulation of this stack was left. Raises
        TimeGoesBack."""
        if self.now and at < self.now:
            raise TimeGoesBack(f"it is {self.now}, after {at}")
        for service in self.services:
            last = await service.relay.fetchval(_LAST) if service.stores else None
            if last and last > at:
                raise TimeGoesBack(f"{service.name} has recorded facts at {last}, after {at}")
        await self._set(at)
        await asyncio.gather(*(s.unbind(at) for s in self.services if s.stores))

    async def until(self, at: datetime) -> None:
        """Let time go by, from due to due. Raises TimeGoesBack, NeverIdle."""
        if self.now is None:
            raise TimeGoesBack("begin comes first: until then time is real")
        if at < self.now:
            raise TimeGoesBack(f"it is {self.now}, after {at}")
        while True:
            due = await self.idle()
            if due is None or due > at:
                break
            # Everywhere first to just before, where nothing is due: what one service says when it
            # is told must not reach another at yesterday's time.
            await self._set(max(self.now, due - _TICK))
            await self._set(due)
        await self._set(at)

    async def idle(self) -> datetime | None:
        """Wait until nothing is left to do; when the next timer is due. Raises NeverIdle."""
        end = real.monotonic() + self.patience_s
        while True:
            left, due = await self._left()
            if not left:
                return due
            if real.monotonic() > end:
                raise NeverIdle(f"at {self.now}, after {self.patience_s} s: {'; '.join(left)}")
            await asyncio.sleep(_POLL_S)

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """Time goes by although these services are down: nobody waits for them."""
        if unknown := set(names) - {service.name for service in self.services}:
            raise LookupError(f"no such service: {unknown}")
        before, self._away = self._away, self._away | set(names)
        try:
            yield
        finally:
            self._away = before

    async def release(self) -> None:
        """From now on time is real. Raises TimeGoesBack where that would be earlier."""
        if self.now and self.now > datetime.now(UTC):
            raise TimeGoesBack(f"it is {self.now}, after the real time")
        await asyncio.gather(*(service.owner.execute(_RELEASE) for service in self.services))
        self.now = None

    async def _set(self, at: datetime) -> None:
        if at != self.now:
            await asyncio.gather(*(service.owner.execute(_SET, at) for service in self.services))
            self.now = at
            self.steps += 1

    async def _left(self) -> tuple[list[str], datetime | None]:
        """What is still to be done, as far as one had to look, and when the next timer is due.

        The stores are asked before and after the readers: what was written meanwhile may be
        something to do for those who were asked already.
        """
        there = [service for service in self.services if service.name not in self._away]
        stores = await asyncio.gather(*(service.store() for service in self.services))
        heads, left, dues = Heads(), list[str](), list[datetime]()
        for service, rows in zip(self.services, stores, strict=True):
            sent, head = ({row["shard"]: row[of] for row in rows} for of in ("sent", "head"))
            heads[f"linli.{service.name}.v1"] = head if service in there else sent
            if service in there and rows:
                left += _to_send(service.name, sent, head)
                dues += [rows[0]["due"]] if rows[0]["due"] else []
        due = min(dues, default=None)
        if self.now and due and due <= self.now:
            left.append(f"a timer due at {due}")
        if left:
            return left, due
        reading = await asyncio.gather(*(service.readers() for service in there))
        for service, (rows, counts) in zip(there, reading, strict=True):
            left += _to_read(service.name, rows, heads)
            left += [f"{service.name}: {n} steps or letters to send" for n in counts if n]
        if not left and stores != await asyncio.gather(*(s.store() for s in self.services)):
            left.append("facts that are still being written")
        return left, due


def _to_send(service: str, sent: Mapping[int, int], head: Mapping[int, int]) -> list[str]:
    shards = [shard for shard in head if sent[shard] < head[shard]]
    return [f"{service}: facts to publish in shards {shards}"] if shards else []


def _to_read(service: str, rows: Sequence[asyncpg.Record], heads: Heads) -> list[str]:
    behind: dict[str, int] = {}
    for row in rows:
        missing = heads.get(row["topic"], {}).get(row["shard"], 0) - (row["position"] or 0)
        if row["topic"] is None or missing > 0:
            behind[row["build"]] = behind.get(row["build"], 0) + 1
    return [f"{service}: {build} is behind in {n} shards" for build, n in behind.items()]


async def _as_it_is(_: object) -> None:
    """A connection is given back as it was taken: nothing is set on it."""


@asynccontextmanager
async def simulation(
    databases: Mapping[str, Mapping[str, str]], *, mail: bool = False, patience_s: float = 120
) -> AsyncIterator[Simulation]:
    """`databases`: the environment of each service, as `provision` returns it. `mail`: there is a
    mail server, so letters are waited for. Time is left as it is at the end."""
    async with AsyncExitStack() as held:

        async def opened(url: str) -> asyncpg.Pool:
            pool = asyncpg.create_pool(
                url, min_size=0, max_size=1, command_timeout=10, reset=_as_it_is
            )
            return await held.enter_async_context(pool)

        services = []
        for name, env in databases.items():
            owner, relay, view = [
                await opened(env[f"LINLI_{login}_URL"]) for login in ("OWNER", "RELAY", "VIEW")
            ]
            services.append(_Service(name, owner, relay, view))
            await services[-1].look(mail)
        found = Simulation(services, patience_s)
        set_to = [await s.owner.fetchval("select at from clock.simulated") for s in services]
        found.now = max((at for at in set_to if at), default=None)
        yield found
