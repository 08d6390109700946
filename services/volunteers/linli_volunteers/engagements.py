"""Where a person is and when. One person's engagements of any kind, in any estate, never overlap,
and leave time for the way between two different posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from linli_shared.decider import Hold, Rejected, Release, Reservation

# People belong to a company, and which one an estate is of the directory will tell. Until then all
# estates of an installation share one calendar: stricter than needed, never laxer.
SCOPE: Final = "company:all"
ELSEWHERE: Final = "elsewhere"
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Engagement:
    """From `starts_at` to before `ends_at` at `post`; `way_min`: minutes to any other."""

    what: str  # "shift" or "visit"; ELSEWHERE is any of another estate
    id: str
    post: str
    starts_at: datetime
    ends_at: datetime
    way_min: int

    def gap(self, other: "Engagement") -> timedelta:
        """The time between the two; negative where they overlap."""
        return max(self.starts_at, other.starts_at) - min(self.ends_at, other.ends_at)

    def clashes(self, other: "Engagement") -> bool:
        """The way is that from the earlier one: as in sql/0001_travel.sql."""
        way = min(self, other, key=lambda one: one.starts_at).way_min
        needed = way * _MINUTE if self.post != other.post else timedelta()
        return self.gap(other) < needed


def overlap(one: Engagement, others: Iterable[Engagement]) -> Rejected | None:
    """The refusal of `one` where it clashes: it names the other that it clashes with most. Of an
    engagement in another estate it tells nothing but that there is one."""
    clashing = [other for other in others if one.clashes(other)]
    if not clashing:
        return None
    here = [other for other in clashing if other.what != ELSEWHERE]
    if not here:
        return Rejected("SHIFT_OVERLAP", other_kind=ELSEWHERE)
    worst = min(here, key=one.gap)
    return Rejected(
        "SHIFT_OVERLAP",
        other_shift_id=worst.id,
        other_kind=worst.what,
        gap_min=one.gap(worst) // _MINUTE,
    )


def without_rest(one: Engagement, others: Iterable[Engagement], rest: timedelta) -> timedelta:
    """How long somebody would be engaged around `one`, breaks shorter than `rest` being none.

    `others` do not clash with `one` nor with one another.
    """
    first, last = one.starts_at, one.ends_at
    inorder = sorted(others, key=lambda other: other.starts_at)
    for other in inorder:
        if other.starts_at >= last and other.starts_at - last < rest:
            last = other.ends_at
    for other in reversed(inorder):
        if other.ends_at <= first and first - other.ends_at < rest:
            first = other.starts_at
    return last - first


def hold(person: str, one: Engagement) -> Sequence[Reservation]:
    """The window against everything, and, with the way that follows, against other posts."""
    when = (one.starts_at, one.ends_at)
    return [
        Hold("person", person, *when, scope=SCOPE),
        Hold("at", _at(person, one), *when, scope=SCOPE),
    ]


def release(person: str, one: Engagement) -> Sequence[Reservation]:
    return [Release("person", person), Release("at", _at(person, one))]


def release_all() -> Sequence[Reservation]:
    """Of the stream's own."""
    return [Release("person"), Release("at")]


def lost() -> Rejected:
    """Somebody was quicker: who decides again sees their engagement, and what may be told of it."""
    return Rejected("SHIFT_OVERLAP")


def _at(person: str, one: Engagement) -> str:
    return f"{person}|{one.post}|{one.way_min}"
