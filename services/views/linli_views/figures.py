"""What figures are made of: facts, the lives they are of, the window they are counted in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact that figures are made of. `matter` is the kind of the case, or `dispute`. `value`: of
    CaseRated the score, of DisputeMediated 1 where it was settled and 0 where not, of fees how many
    fen more, or less, are owed. Fees are of a unit and a period, which began at `period_at`."""

    estate: str
    event_id: UUID
    subject_id: UUID
    version: int
    name: str
    matter: str
    occurred_at: datetime
    recorded_at: datetime
    value: int | None
    period_at: datetime | None = None
    building_id: str | None = None


@dataclass(frozen=True)
class Window:
    """Local days, `until` not included."""

    since: date
    until: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2020-04-01/2021-04-01`; raises ValueError."""
        since, _, until = text.partition("/")
        window = cls(date.fromisoformat(since), date.fromisoformat(until))
        if window.since >= window.until:
            raise ValueError("ends before it begins")
        return window

    def __str__(self) -> str:
        return f"{self.since}/{self.until}"

    @cached_property
    def instants(self) -> tuple[datetime, datetime]:
        """Local midnights: a local day is never compared to a day of UTC."""
        midnight = time(tzinfo=ZONE)
        since = datetime.combine(self.since, midnight).astimezone(UTC)
        return since, datetime.combine(self.until, midnight).astimezone(UTC)

    def holds(self, figure: Figure) -> bool:
        return self.around(figure.occurred_at)

    def around(self, moment: datetime) -> bool:
        since, until = self.instants
        return since <= moment < until


@dataclass(frozen=True, slots=True)
class Life:
    """One case or dispute, or the fees of a unit for a period: its facts by as_of, in the order of
    its stream."""

    facts: tuple[Figure, ...]

    @property
    def matter(self) -> str:
        return self.facts[0].matter

    @property
    def ended_as(self) -> str:
        """The last of the facts that say how it stands."""
        return next((f.name for f in reversed(self.facts) if f.name in _STANDS), "")

    @property
    def resolved(self) -> Figure | None:
        """The latest resolution, while it stands: a later reopening removes it."""
        if self.ended_as not in {"CaseResolved", "CaseClosed"}:
            return None
        return next((f for f in reversed(self.facts) if f.name == "CaseResolved"), None)

    def first(self, name: str, window: Window) -> Figure | None:
        return next((f for f in self.facts if f.name == name and window.holds(f)), None)


_STANDS: Final = frozenset({
    "CaseOpened", "CaseRejected", "CaseMerged", "CaseResolved", "CaseClosed", "CaseReopened",
    "CaseWithdrawn",
})  # fmt: skip


def share_bp(part: int, whole: int) -> int | None:
    """In bp, rounded half up; none of nothing."""
    return (20_000 * part + whole) // (2 * whole) if whole > 0 else None


@dataclass(frozen=True)
class Counted:
    """The facts that are counted; a rate also has those they are a share `among`. `sums` are part
    and whole of a rate of something else than facts."""

    facts: Sequence[Figure]
    among: Sequence[Figure] | None = None
    sums: tuple[int, int] | None = None

    @property
    def value(self) -> int | None:
        """A number, or a rate in bp, rounded half up once; no rate of nothing."""
        if self.among is None:
            return len(self.facts)
        part, whole = self.sums or (len(self.facts), len(self.among))
        return share_bp(part, whole)

    @cached_property
    def ids(self) -> list[str]:
        """In lower case, sorted."""
        return sorted({str(f.event_id) for f in (*self.facts, *(self.among or ()))})

    @property
    def digest(self) -> str:
        return sha256("\n".join(self.ids).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Definition:
    """`text` is the definition in words."""

    version: int
    text: str
    count: Callable[[Sequence[Life], Window], Counted]


_version: Final = attrgetter("version")


def lives(figures: Iterable[Figure]) -> list[Life]:
    """By what they are of, whatever order the facts came in."""
    by_subject: dict[UUID, list[Figure]] = {}
    for figure in figures:
        by_subject.setdefault(figure.subject_id, []).append(figure)
    return [Life(tuple(sorted(own, key=_version))) for own in by_subject.values()]
