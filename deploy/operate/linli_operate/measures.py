"""Asks the services' databases and their /readyz how they are."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from asyncpg import Pool, Record
from linli_shared.kafka import SHARDS

from .places import Place
from .screen import Trouble
from .seen import Lag, Parked, Reader, Seen, Steps, Timers

_HAS: Final = "select to_regclass($1) is not null"
# Of the domain: facts' times are compared with nothing else.
_NOW: Final = """
select es.now() as now, exists (select from clock.simulated where at = es.now()) as simulated"""
_UNPUBLISHED: Final = """
select f.recorded_at, f.position, f.type, r.shard, n.events
  from es.relay r
 cross join lateral (select e.recorded_at, e.position, e.type from es.event e
                      where e.shard = r.shard and e.position > r.position
                      order by e.position limit 1) f
 cross join lateral (select count(*) as events from es.event e
                      where e.shard = r.shard and e.position > r.position) n
 order by f.recorded_at"""
_UNREAD: Final = """
select coalesce(sum(n.events), 0)::bigint as events, min(n.oldest) as oldest
  from unnest($1::smallint[], $2::bigint[]) as reached (shard, position)
  join es.relay r using (shard)
 cross join lateral (select count(*) as events, min(e.recorded_at) as oldest from es.event e
                      where e.shard = reached.shard and e.position > reached.position
                        and e.position <= r.position) n"""
_REACHED: Final = """
select b.views || '.' || b.number as build, b.live, p.topic, p.shard, p.position
  from view.build b left join view.progress p on p.views = b.views || '.' || b.number
 order by 1, 3, 4"""
# A foreign record that an operator has discarded is not counted again, whatever build meets it.
_PARKED: Final = """
select count(*) filter (where p.view <> '') as records,
       count(distinct (p.estate, p.stream)) filter (where p.view <> '') as streams,
       count(distinct (p.topic, p.shard, p."offset"))
           filter (where p.view = '' and not exists (
               select from view.discarded d where d.view = '' and d.topic = p.topic
                  and d.shard = p.shard and d.position = p."offset")) as foreign
  from view.parked p"""
_STEPS: Final = """
select (select count(*) from view.process_step_1 where not done) as unsent,
       (select min(recorded_at) from view.process_step_1 where not done) as oldest,
       (select count(*) from view.process_step_1
         where done and recorded_at > $1 and refused is not null) as refused"""
_TIMERS: Final = """
select count(*) as set, count(*) filter (where due_at <= $1) as due,
       min(due_at) filter (where due_at <= $1) as oldest, min(due_at) as next
  from es.timer"""
_DEAD: Final = """
select count(*) from es.event
 where type = 'linli.notifications.DeadLettered.v1' and recorded_at > $1"""


@dataclass(frozen=True, slots=True)
class _Clock:
    """Of a service's domain."""

    now: datetime
    simulated: bool = False

    def age(self, at: datetime | None) -> float:
        """In seconds that somebody has waited: none of them are simulated."""
        if at is None or self.simulated:
            return 0.0
        return round(max(0.0, (self.now - at).total_seconds()), 3)


Reached = dict[int, int]
"""A reader's position in each shard."""


async def survey(places: Sequence[Place], window: timedelta) -> list[Seen]:
    """Every service; refusals of processes and lost messages are those of the window."""
    looks = [_Look(place, window) for place in places]
    await asyncio.gather(*(look.all() for look in looks))
    by_topic = {f"linli.{place.name}.v1": place for place in places if place.url("relay")}
    for topic in sorted({reader.topic for look in looks for reader, _ in look.reached}):
        if topic in by_topic:
            await _lags(by_topic[topic], topic, looks)
    return [look.seen for look in looks]


async def _lags(publisher: Place, topic: str, looks: Sequence["_Look"]) -> None:
    """How far each reader of a topic is behind what its relay has published."""
    try:
        async with publisher.pool("relay") as pool:
            if not await _has(pool, "es.event"):
                return
            clock = await _clock(pool)
            for reader, reached in (pair for look in looks for pair in look.reached):
                if reader.topic == topic:
                    at = [reached.get(shard, 0) for shard in range(SHARDS)]
                    row = await _row(pool, _UNREAD, list(range(SHARDS)), at)
                    reader.lag = Lag(row["events"], clock.age(row["oldest"]))
    except Trouble:
        return  # told where that service itself was looked at


class _Look:
    """At one service."""

    def __init__(self, place: Place, window: timedelta) -> None:
        self._place, self._window = place, window
        self._clock = _Clock(datetime.now(UTC))
        self.seen = Seen(place.name)
        self.reached: list[tuple[Reader, Reached]] = []

    async def all(self) -> None:
        await self._readiness()
        async with AsyncExitStack() as stack:
            try:
                await self._store(await stack.enter_async_context(self._place.pool("relay")))
                await self._views(await stack.enter_async_context(self._place.pool("view")))
            except Trouble as trouble:
                self.seen.troubles.append(str(trouble))

    async def _readiness(self) -> None:
        if not (address := self._place.http):
            return
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                said = (await client.get(f"{address}/readyz")).json()
            self.seen.ready = bool(said["ready"])
            self.seen.waits = {part: why for part, why in said["parts"].items() if why != "ok"}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self.seen.ready = False
            self.seen.waits = {address: f"does not answer ({type(error).__name__})"}

    async def _store(self, pool: Pool) -> None:
        if not await _has(pool, "es.event"):
            return  # it only reads
        self._clock = await _clock(pool)
        self.seen.simulated = self._clock.simulated
        unpublished = await pool.fetch(_UNPUBLISHED)
        self.seen.relay = Lag()
        if unpublished:
            first = unpublished[0]
            name = f"{first['type'].split('.', 2)[2]} at {first['shard']}/{first['position']}"
            events = sum(row["events"] for row in unpublished)
            self.seen.relay = Lag(events, self._clock.age(first["recorded_at"]), name)
        row = await _row(pool, _TIMERS, self._clock.now)
        age = self._clock.age(row["oldest"])
        self.seen.timers = Timers(row["set"], row["due"], age, row["next"])
        if self.seen.name == "notifications":
            self.seen.dead_letters = await pool.fetchval(_DEAD, self._clock.now - self._window)

    async def _views(self, pool: Pool) -> None:
        if not await _has(pool, "view.build"):
            return
        readers: dict[tuple[str, str], tuple[Reader, Reached]] = {}
        for row in await pool.fetch(_REACHED):
            reader = Reader(row["build"], row["live"], row["topic"] or "")
            found = readers.setdefault((reader.build, reader.topic), (reader, {}))
            found[1][row["shard"]] = row["position"]
        self.reached = list(readers.values())
        self.seen.readers = [reader for reader, _ in self.reached]
        row = await _row(pool, _PARKED)
        self.seen.parked = Parked(*row)
        if await _has(pool, "view.process_step_1"):
            row = await _row(pool, _STEPS, self._clock.now - self._window)
            age = self._clock.age(row["oldest"])
            self.seen.steps = Steps(row["unsent"], age, row["refused"])


async def _has(pool: Pool, table: str) -> bool:
    return bool(await pool.fetchval(_HAS, table))


async def _row(pool: Pool, sql: str, *values: object) -> Record:
    (row,) = await pool.fetch(sql, *values)
    return row


async def _clock(pool: Pool) -> _Clock:
    return _Clock(*await _row(pool, _NOW))
