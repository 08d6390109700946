"""The registry of headline figures: each has one definition, whoever asks for it and wherever.

A definition is a pure function of the facts recorded by `as_of`. It names the facts it counts, so
that the figure can be traced to event ids; change one and raise its version.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    CaseRated the score, of DisputeMediated 1 where it was settled and 0 where not."""

    estate: str
    event_id: UUID
    subject_id: UUID
    version: int
    name: str
    matter: str
    occurred_at: datetime
    recorded_at: datetime
    value: int | None


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
        since, until = self.instants
        return since <= figure.occurred_at < until


@dataclass(frozen=True, slots=True)
class Life:
    """One case or dispute: its facts by as_of, in the order of its stream."""

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


@dataclass(frozen=True)
class Counted:
    """The facts that are counted; a rate also has those they are a share `among`."""

    facts: Sequence[Figure]
    among: Sequence[Figure] | None = None

    @property
    def value(self) -> int | None:
        """A number, or a rate in bp, rounded half up once; no rate of nothing."""
        if self.among is None:
            return len(self.facts)
        whole = len(self.among)
        return (20_000 * len(self.facts) + whole) // (2 * whole) if whole else None

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
    """By case and dispute, whatever order the facts came in."""
    by_subject: dict[UUID, list[Figure]] = {}
    for figure in figures:
        by_subject.setdefault(figure.subject_id, []).append(figure)
    return [Life(tuple(sorted(own, key=_version))) for own in by_subject.values()]


def _opened(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "complaint", "CaseOpened", window))


def _resolved(matter: str) -> Callable[[Sequence[Life], Window], Counted]:
    def count(all: Sequence[Life], window: Window) -> Counted:
        found = [life.resolved for life in all if life.matter == matter]
        return Counted([f for f in found if f and window.holds(f)])

    return count


def _filed(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "dispute", "DisputeFiled", window))


def _mediated(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "dispute", "DisputeMediated", window))


def _success(all: Sequence[Life], window: Window) -> Counted:
    mediated = _mediated(all, window).facts
    return Counted([f for f in mediated if f.value == 1], mediated)


def _resolution(all: Sequence[Life], window: Window) -> Counted:
    gone = {"CaseMerged", "CaseRejected", "CaseWithdrawn"}
    kept = [life for life in all if life.matter == "complaint" and life.ended_as not in gone]
    among = [(life, f) for life in kept if (f := life.first("CaseOpened", window))]
    done = [f for life, _ in among if (f := life.resolved) and window.holds(f)]
    return Counted(done, [f for _, f in among])


def _satisfaction(all: Sequence[Life], window: Window) -> Counted:
    rated = _firsts(all, "complaint", "CaseRated", window)
    return Counted([f for f in rated if f.value is not None and f.value >= 4], rated)


def _reopened(all: Sequence[Life], window: Window) -> Counted:
    again, among = [], []
    for life in all:
        if life.matter == "complaint" and (done := life.first("CaseResolved", window)):
            among.append(done)
            later = (f for f in life.facts if f.version > done.version)
            again += [f for f in later if f.name == "CaseReopened"][:1]
    return Counted(again, among)


def _firsts(all: Sequence[Life], matter: str, name: str, window: Window) -> list[Figure]:
    found = [life.first(name, window) for life in all if life.matter == matter]
    return [f for f in found if f]


KPIS: Final[Mapping[str, Definition]] = {
    "complaints_opened": Definition(1, "complaints opened in the window", _opened),
    "complaints_resolved": Definition(
        1,
        "complaints resolved or closed at as_of whose latest resolution is in the window",
        _resolved("complaint"),
    ),
    "legacy_resolved": Definition(
        1,
        "legacy issues resolved or closed at as_of whose latest resolution is in the window",
        _resolved("legacy_issue"),
    ),
    "disputes_filed": Definition(1, "disputes filed in the window", _filed),
    "disputes_mediated": Definition(
        1, "disputes whose mediation was concluded in the window, settled or not", _mediated
    ),
    "mediation_success_bp": Definition(1, "of disputes_mediated, those settled", _success),
    "resolution_bp": Definition(
        1,
        "of complaints opened in the window and not merged, rejected or withdrawn at as_of, those"
        " resolved or closed at as_of with the latest resolution in the window",
        _resolution,
    ),
    "satisfaction_bp": Definition(
        1, "of complaints rated in the window, those rated 4 or 5", _satisfaction
    ),
    "reopen_bp": Definition(
        1,
        "of complaints resolved at some time in the window, those reopened after it by as_of",
        _reopened,
    ),
}
