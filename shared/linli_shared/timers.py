"""Timers: rows written with the event that sets them, delivered as commands when they are due.

A row goes away after its command was answered, so a kill in between delivers it again: under the
same command id, so it writes its events once. A timer that was moved meanwhile stays: its due is
another, and a rule that meets the old due says nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from asyncpg import Pool, Record

from linli_shared.agent import system_asks
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Decider, Rejected
from linli_shared.leases import Leases, alone
from linli_shared.logs import brief
from linli_shared.messages import UnknownKind
from linli_shared.store import EventStore

_DUE: Final = """
select estate, stream, name, due_at from es.timer
 where due_at <= (select es.now()) order by due_at, stream, name limit 200"""
_DONE: Final = """
delete from es.timer t using unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
       as d (estate, stream, name, due_at)
 where (t.estate, t.stream, t.name, t.due_at) = (d.estate, d.stream, d.name, d.due_at)"""
log = structlog.get_logger()


@dataclass(slots=True)
class Timers:
    """Delivers what is due. One process of a service does, by a lease; the others stand by."""

    pool: Pool  # of the relay's login, which sees all estates
    store: EventStore
    deciders: Sequence[Decider[Any, Any, Any]]
    owner: str
    wake: asyncio.Event = field(default_factory=asyncio.Event)  # the time was set
    lease_s: float = 5
    poll_s: float = 0.5
    _by_category: Mapping[str, Decider[Any, Any, Any]] = field(init=False)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._by_category = {decider.category: decider for decider in self.deciders}
        self._leases = Leases(self.pool, "timers", [0], self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        await alone(self._leases, self.deliver, self.wake, self.poll_s)

    async def deliver(self) -> int:
        """Tell each stream once what is due for it; how many were answered."""
        rows = await self.pool.fetch(_DUE)
        answered = [row for row in rows if await self._answered(row)]
        if answered:
            columns = zip(*(tuple(row) for row in answered), strict=True)
            await self.pool.execute(_DONE, *map(list, columns))
        return len(answered)

    async def _answered(self, row: Record) -> bool:
        """False where it must be told again later."""
        estate, stream, name, due = row
        category, key = stream[:-37], UUID(stream[-36:])
        decider = self._by_category[category]
        asked = system_asks("timer", estate, stream, name, due.isoformat(), correlation=key)
        try:
            await self.store.act(decider, key, decider.fired(name, due), asked)
        except Rejected as refused:
            if refused.code == "CONTENTION":
                return False
            log.info("timer_refused", stream=stream, name=name, code=refused.code)
        except (Overloaded, Unavailable, UnknownKind) as error:
            log.warning("timer_waits", stream=stream, name=name, error=brief(error))
            return False
        return True
