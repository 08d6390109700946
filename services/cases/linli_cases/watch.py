"""The part `watch`: what copies of other services' facts ask of this service's streams.

A process reacts to a fact, in the fact's tenant, and cannot look. Here it is the state that counts:
whoever mediates and is tied, whoever is away and has work in hand. So the copies are looked at
whenever they have moved, over all tenants, and what is found becomes a command, which is decided
from what is known then. Nothing is lost to the order in which copies read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

import structlog
from asyncpg import Pool
from linli_service.service import Task
from linli_service.settings import Settings
from linli_shared.agent import system_asks
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Decider, Rejected
from linli_shared.leases import Leases, alone
from linli_shared.logs import brief
from linli_shared.messages import Command, UnknownKind
from linli_shared.store import EventStore, Learn
from linli_shared.viewset import NotLive

from linli_cases.days import day_of

NAME: Final = "watch"
_MOVED: Final = "select coalesce(sum(position), 0) from view.progress"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """A command for a stream. Found again for the same `cause`, it is the same command."""

    estate: str
    decider: Decider[Any, Any, Any]
    key: UUID
    command: Command
    learn: Learn[Any] | None
    cause: str


Look: TypeAlias = Callable[[Pool], Awaitable[Sequence[Found]]]


@dataclass(slots=True)
class Watch:
    """One process of the service looks, by a lease; the others stand by."""

    store: EventStore
    pool: Pool  # of the projector's login, which sees all tenants
    owner: str
    looks: Sequence[Look]
    lease_s: float = 5
    poll_s: float = 1
    _seen: tuple[int, date] | None = None
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._leases = Leases(self.pool, NAME, [0], self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        await alone(self._leases, self.round, asyncio.Event(), self.poll_s)

    async def round(self) -> int:
        """Look, where a copy has moved since or it is another day. What could not be asked is found
        again."""
        today = day_of(await self.store.clock())  # leave begins on a day
        moved = (int(await self.pool.fetchval(_MOVED)), today)
        if moved == self._seen:
            return 0
        try:
            for look in self.looks:
                for found in await look(self.pool):
                    await self._ask(found)
        except (Overloaded, Unavailable, NotLive, UnknownKind) as error:
            log.warning("watch_waits", error=brief(error))
            return 0
        self._seen = moved
        return 0

    async def _ask(self, found: Found) -> None:
        stream = found.decider.stream(found.key)
        what = (stream, found.command.name(), found.cause)
        asked = system_asks(NAME, found.estate, *what, correlation=found.key)
        try:
            await self.store.reach(
                found.decider, found.key, found.command, asked, found.estate, found.learn
            )
        except Rejected as refused:
            if refused.code in {"CONTENTION", "KEYS_UNAVAILABLE"}:
                raise Overloaded from None
            log.warning("watch_refused", stream=stream, code=refused.code)


def watching(looks: Sequence[Look]) -> Callable[[EventStore, Pool, Settings, str], Task]:
    def watch(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
        made = Watch(store, pool, owner, looks)
        if settings.simulation:  # which goes on as soon as everything rests
            made.poll_s = 0.05
        return made.run

    return watch
