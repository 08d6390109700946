"""People's calendars: what is looked up before somebody's time is promised, and the race for it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

from asyncpg import ExclusionViolationError
from linli_shared.asked import Outcome
from linli_shared.decider import Rejected
from linli_shared.store import Reader

from linli_volunteers.engagements import ELSEWHERE, SCOPE, Engagement

_ENGAGED: Final = """
select person, estate, stream, post, way_min, starts_at, ends_at
  from volunteers.engaged($1, $2, $3, $4)"""
_AROUND: Final = timedelta(days=1)  # wider than any way, and than any run of work without a rest
_ATTEMPTS: Final = 5


async def engaged(
    reader: Reader, people: Iterable[str], around: Engagement
) -> Mapping[str, tuple[Engagement, ...]]:
    """What else each of `people` is engaged in about the time of `around`, as reserved now."""
    who = sorted(set(people))
    since, until = around.starts_at - _AROUND, around.ends_at + _AROUND
    found: dict[str, tuple[Engagement, ...]] = dict.fromkeys(who, ())
    for row in await reader.rows(_ENGAGED, SCOPE, who, since, until):
        what, _, key = row["stream"].partition("-")
        if row["estate"] != reader.estate:
            what = ELSEWHERE
        if key != around.id:
            one = Engagement(
                what, key, row["post"], row["starts_at"], row["ends_at"], row["way_min"]
            )
            found[row["person"]] += (one,)
    return found


async def raced(attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Carry out a command that reserves people's time. Who loses a race for it has written nothing
    and decides again, knowing the winner: the refusal is then the rule's own, with its params."""
    for _ in range(_ATTEMPTS):
        try:
            return await attempt()
        except ExclusionViolationError:  # the way between two posts: sql/0001_travel.sql
            continue
        except Rejected as rejected:
            if rejected.code != "SHIFT_OVERLAP" or rejected.params:
                raise
    raise Rejected("CONTENTION")
