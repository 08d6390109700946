"""Who sees what: staff the whole register of their estates, everybody else what concerns them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import Depends, Request
from linli_language.roles import Role
from linli_service.auth import Caller
from linli_service.http import Asking
from linli_service.positions import Positions, caught_up
from linli_shared.decider import Rejected
from linli_shared.postgres import Db
from linli_shared.seal import Seal
from linli_shared.tenancy import reading
from linli_shared.watermarks import complete_at

STAFF: Final = (
    Role.OPERATOR,
    Role.STEWARD,
    Role.STEWARD_LEAD,
    Role.ESTATE_MANAGER,
    Role.COMMUNITY_OFFICER,
    Role.REGION_USER,
    Role.COMPANY_USER,
    Role.AUDITOR,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """`whole`: the estates that `person` sees all of; `own`: those of only their own things."""

    person: str
    whole: tuple[str, ...]
    own: tuple[str, ...]

    @classmethod
    def of(cls, caller: Caller, roles: Sequence[Role] = STAFF) -> Self:
        """As those see who hold one of `roles`."""
        whole = set(caller.having(*roles))
        own = set(caller.estates) - whole
        return cls(caller.person, tuple(sorted(whole)), tuple(sorted(own)))

    def within(self, estate: str | None) -> "Sight":
        """Of one estate; that of somebody else does not exist."""
        if estate is None:
            return self
        if estate not in {*self.whole, *self.own}:
            raise Rejected("NOT_FOUND")
        one = (estate,)
        return Sight(self.person, *((one, ()) if estate in self.whole else ((), one)))

    def staff_of(self, estate: str) -> None:
        """Refuse unless the whole of the estate is seen."""
        if not self.within(estate).whole:
            raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(STAFF))


@dataclass(frozen=True, slots=True)
class Reading:
    """One query: a connection under row-level security, the live build's number, who asks."""

    db: Db
    number: int
    caller: Caller
    views: str
    seal: Seal

    @property
    def sight(self) -> Sight:
        """What staff see whole."""
        return Sight.of(self.caller)

    async def texts(self, texts: Iterable[str]) -> Mapping[str, str]:
        """What texts say to the caller that may be sealed."""
        return await self.seal.texts(self.caller.estates, texts)

    async def final(self, topics: Sequence[str], estate: str, as_of: datetime) -> bool:
        """Whether nothing of the estate recorded by `as_of` can come any more. Asked before what
        it is said of is read."""
        at = await complete_at(self.db, f"{self.views}.{self.number}", topics, estate)
        return at is not None and as_of < at


@asynccontextmanager
async def reading_as(request: Request, caller: Caller) -> AsyncIterator[Reading]:
    """With a connection, for as long as it is open."""
    positions: Positions = request.app.state.positions
    async with reading(positions.pool, caller.estates) as db:
        views = positions.views
        seal: Seal = request.app.state.store.seal
        yield Reading(db, await views.live(db), caller, views.name, seal)


async def _reading(
    request: Request,
    caller: Asking,
    waited: Annotated[None, Depends(caught_up)],  # before it takes a connection
) -> AsyncIterator[Reading]:
    async with reading_as(request, caller) as read:
        yield read


# Given back before the answer is sent: a slow client must not hold a connection.
Read = Annotated[Reading, Depends(_reading, scope="function")]
