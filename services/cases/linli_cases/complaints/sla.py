"""Deadlines of a case 事件: which hours count, how long each clock runs, when it is due. Pure.

What a policy says is computed once, when the case is opened or taken up again after a pause, and
stays with it in its events: a calendar that is published later moves no deadline by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from linli_shared.messages import Value
from pydantic import AwareDatetime

from linli_cases.complaints.terms import Clock, Hours, Kind, Priority, Wait

_NOTHING: Final = timedelta()
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business hours: from `opens` to `closes` by the clocks of `zone`, Monday to Friday, but not
    on `holidays`, and also on the make-up `workdays`. Both are known for `years`.

    All arithmetic is between moments in UTC: two times of one zone are not, for Python, as far
    apart as they are where that zone's clocks were changed in between.
    """

    zone: ZoneInfo
    opens: time = time(8, 30)
    closes: time = time(18)
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"no hour is between {self.opens} and {self.closes}")

    def works(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)

    def due(self, start: datetime, work: timedelta, hours: Hours) -> datetime:
        """When `work`, begun at `start`, is used up; the earliest such moment."""
        at = start.astimezone(UTC)
        if hours is Hours.ALL or not work:
            return at + work
        windows = self._windows(at)
        while True:
            opens, closes = next(windows)
            begun = max(opens, at)
            if begun + work <= closes:
                return begun + work
            work -= max(closes - begun, _NOTHING)

    def elapsed(self, start: datetime, end: datetime, hours: Hours) -> timedelta:
        """What of the time from `start` to `end` counts; nothing where that is backwards."""
        begin, until = start.astimezone(UTC), end.astimezone(UTC)
        if hours is Hours.ALL:
            return max(until - begin, _NOTHING)
        total = _NOTHING
        for opens, closes in takewhile(lambda window: window[0] < until, self._windows(begin)):
            total += max(min(closes, until) - max(opens, begin), _NOTHING)
        return total

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Some year from `start` to `end` is not known, so counted as Monday to Friday."""
        first, last = (at.astimezone(self.zone).year for at in (start, end))
        return not self.years.issuperset(range(first, last + 1))

    def _windows(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Of the working days from the day before that of `at` on, opening and closing in UTC."""
        day = at.astimezone(self.zone).date() - 2 * _DAY
        while True:
            day += _DAY
            if not self.works(day):
                continue
            opens, closes = (
                datetime.combine(day, hour, self.zone).astimezone(UTC)
                for hour in (self.opens, self.closes)
            )
            # An island that changes sides of the date line has no such day: it is the next one.
            if opens.astimezone(self.zone).date() == day:
                yield opens, max(opens, closes)  # clocks put forward may close before they open


@cache
def china() -> Calendar:
    """As the State Council announces it each year; the package carries the years from 2004 on."""
    from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]

    return Calendar(
        ZoneInfo("Asia/Shanghai"),
        holidays=frozenset(holidays),
        workdays=frozenset(workdays),
        years=frozenset(day.year for day in holidays),
    )


class Sla(Value):
    """Until when what is to be done, and from when on somebody is warned.

    `paused_min`: how long its clocks stood still so far, in minutes of its hours. `provisional`:
    the holidays of a year in it were not announced when it was computed.
    """

    policy_version: str
    hours: Hours
    provisional: bool = False
    ack_warn: AwareDatetime
    ack_due: AwareDatetime
    first_response_warn: AwareDatetime
    first_response_due: AwareDatetime
    resolve_warn: AwareDatetime | None = None
    resolve_due: AwareDatetime | None = None
    paused_min: int = 0

    def warn(self, clock: Clock) -> datetime | None:
        return getattr(self, f"{clock}_warn")  # type: ignore[no-any-return]

    def due(self, clock: Clock) -> datetime | None:
        return getattr(self, f"{clock}_due")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Target:
    """How many minutes of `hours` each clock runs for cases of these kinds and priorities. Without
    `resolve_min` it takes a plan with milestones. `anchor` is where the numbers come from."""

    hours: Hours
    ack_min: int
    first_response_min: int
    resolve_min: int | None
    anchor: str = "none"
    priorities: frozenset[Priority] = frozenset(Priority)
    kinds: frozenset[Kind] = frozenset(Kind)

    def minutes(self, clock: Clock) -> int | None:
        return getattr(self, f"{clock}_min")  # type: ignore[no-any-return]


BUSINESS_DAY_MIN: Final = 570
_DRAFT, _HOTLINE = "draft rules of Beijing, from the press", "local 12345 rules, from the press"
DEFAULTS: Final = (
    Target(Hours.ALL, 15, 30, 120, _DRAFT, priorities=frozenset({Priority.P1})),
    Target(Hours.ALL, 30, 120, 1440, _DRAFT, priorities=frozenset({Priority.P2})),
    Target(Hours.BUSINESS, 570, 3 * 570, None, priorities=frozenset({Priority.P4})),
    Target(Hours.BUSINESS, 570, 3 * 570, None, kinds=frozenset({Kind.LEGACY_ISSUE})),
    Target(Hours.BUSINESS, 120, 120, 570, _HOTLINE, kinds=frozenset({Kind.INQUIRY})),
    Target(Hours.BUSINESS, 120, 570, 5 * 570, _HOTLINE, kinds=frozenset({Kind.SUGGESTION})),
    Target(Hours.BUSINESS, 120, 120, 10 * 570, _HOTLINE),
)


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """`targets`: the first one that a case fits is its own. A case opened under a version keeps
    it. `source` says where the numbers come from and how sure they are."""

    version: str = "default-1"
    source: str = "defaults only: see each target's anchor; no law sets them"
    targets: tuple[Target, ...] = DEFAULTS
    warn_bp: int = 8000
    """How much of a clock is used up when somebody is warned."""
    pausing: frozenset[Wait] = frozenset({Wait.RESIDENT, Wait.DELIBERATION, Wait.AUTHORITY})
    """Waiting for these is not counted."""
    calendar: Calendar = field(default_factory=china)

    def agreed(self, kind: Kind, priority: Priority, start: datetime) -> Sla:
        """What holds for a case opened at `start`."""
        target = next(t for t in self.targets if priority in t.priorities and kind in t.kinds)
        moments: dict[str, datetime] = {}
        for clock in Clock:
            if (minutes := target.minutes(clock)) is not None:
                whole = timedelta(minutes=minutes)
                parts = {"warn": whole * self.warn_bp / 10_000, "due": whole}
                for name, work in parts.items():
                    moments[f"{clock}_{name}"] = self.calendar.due(start, work, target.hours)
        unsure = target.hours is Hours.BUSINESS and self._unsure(start, moments)
        return Sla.model_validate(
            {
                "policy_version": self.version,
                "hours": target.hours,
                "provisional": unsure,
                **moments,
            }
        )

    def shifted(self, sla: Sla, clocks: frozenset[Clock], start: datetime, end: datetime) -> Sla:
        """`clocks`, which still run, moved on by what counts of a pause from `start` to `end`."""
        pause = self.calendar.elapsed(start, end, sla.hours)
        moments = {
            f"{clock}_{name}": self.calendar.due(at, pause, sla.hours)
            for clock in clocks
            for name, at in (("warn", sla.warn(clock)), ("due", sla.due(clock)))
            if at
        }
        unsure = sla.hours is Hours.BUSINESS and self._unsure(start, moments)
        paused = {"paused_min": sla.paused_min + pause // timedelta(minutes=1)}
        unsure_now = {"provisional": sla.provisional or unsure}
        return sla.model_copy(update=moments | paused | unsure_now)

    def _unsure(self, start: datetime, moments: dict[str, datetime]) -> bool:
        return self.calendar.provisional(start, max(moments.values(), default=start))
