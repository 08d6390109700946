"""Which hours count, and when work that takes so many of them is done. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from linli_cases.complaints.terms import Hours
from linli_cases.days import ZONE

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
    source: str = ""

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

    def exceptions(self, start: datetime, end: datetime) -> tuple[list[date], list[date]]:
        """From `start` to `end`: days of Monday to Friday that do not count, and others that do."""
        first, last = (at.astimezone(self.zone).date() for at in (start, end))
        off = (day for day in self.holidays - self.workdays if day.weekday() < 5)
        on = (day for day in self.workdays if day.weekday() >= 5)
        within = ([day for day in sorted(days) if first <= day <= last] for days in (off, on))
        return next(within), next(within)

    def but(self, off: Iterable[date], on: Iterable[date], source: str) -> "Calendar":
        """The same with exceptions of one's own, which come first. Each year they name is known."""
        closed, open_ = frozenset(off), frozenset(on)
        return replace(
            self,
            holidays=(self.holidays | closed) - open_,
            workdays=(self.workdays - closed) | open_,
            years=self.years | {day.year for day in closed | open_},
            source=source or self.source,
        )

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
        ZONE,
        holidays=frozenset(holidays),
        workdays=frozenset(workdays),
        years=frozenset(day.year for day in holidays),
        source="yearly notices of the State Council, as chinesecalendar has them",
    )
