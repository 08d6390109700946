"""Deadlines of a case 事件: how long each clock runs, who hears of it when. Pure.

What a policy says is computed once, when the case is opened or taken up again after a pause, and
stays with it in its events: a calendar that is published later moves no deadline by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from linli_sealed.fields import Public
from linli_shared.messages import Value
from pydantic import AwareDatetime

from linli_cases.complaints.calendar import Calendar, china
from linli_cases.complaints.terms import Clock, Hours, Kind, Priority, ReturnVisit, Wait

STEPS: Final = ("warn", "due", "l2", "l3")
"""What is said of a clock that runs on, in this order."""


class Sla(Value):
    """Until when what is to be done, and from when on somebody is warned.

    `paused_min`: how long its clocks stood still so far, in minutes of its hours. `provisional`:
    the holidays of a year in it were not announced when it was computed. `l2` and `l3`: when higher
    levels hear of that clock.

    The rest tells how it was computed: so many minutes of its hours `since` then, `anchor` being
    where those come from, without the `holidays` of Monday to Friday and with the `workdays` on
    weekends that `calendar` knows until the last due.
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
    ack_l2: AwareDatetime | None = None
    ack_l3: AwareDatetime | None = None
    first_response_l2: AwareDatetime | None = None
    first_response_l3: AwareDatetime | None = None
    resolve_l2: AwareDatetime | None = None
    resolve_l3: AwareDatetime | None = None
    paused_min: int = 0
    since: AwareDatetime | None = None
    ack_min: int | None = None
    first_response_min: int | None = None
    resolve_min: int | None = None
    anchor: Public | None = None
    calendar: Public | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    def at(self, clock: Clock, step: str) -> datetime | None:
        return getattr(self, f"{clock}_{step}")  # type: ignore[no-any-return]

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
    l2_bp: int = 15_000
    l3_bp: int = 20_000
    """And when levels 2 and 3 hear of it. Level 1 does when it is overdue."""
    no_ack_min: int = 30
    """How many minutes of a case's hours a level may keep silent."""
    pausing: frozenset[Wait] = frozenset({Wait.RESIDENT, Wait.DELIBERATION, Wait.AUTHORITY})
    """Waiting for these is not counted."""
    calendar: Calendar = field(default_factory=china)
    return_visit: ReturnVisit = ReturnVisit.NEVER
    """Whether somebody asks again after a case was closed, and how long after."""
    visit_after: timedelta = timedelta(days=3)

    def agreed(self, kind: Kind, priority: Priority, start: datetime) -> Sla:
        """What holds for a case opened at `start`."""
        target = next(t for t in self.targets if priority in t.priorities and kind in t.kinds)
        shares = dict(zip(STEPS, (self.warn_bp, 10_000, self.l2_bp, self.l3_bp), strict=True))
        found: dict[str, object] = {}
        for clock in Clock:
            if (minutes := target.minutes(clock)) is not None:
                found[f"{clock}_min"] = minutes
                for step, share_bp in shares.items():
                    work = timedelta(minutes=minutes) * share_bp / 10_000
                    found[f"{clock}_{step}"] = self.calendar.due(start, work, target.hours)
        sla = Sla.model_validate(
            {
                "policy_version": self.version,
                "hours": target.hours,
                "since": start.astimezone(UTC),
                "anchor": target.anchor,
                **found,
            }
        )
        return self._dated(sla, start)

    def shifted(self, sla: Sla, said: Mapping[Clock, int], start: datetime, end: datetime) -> Sla:
        """Of the clocks that still run, what is not said yet is moved on by what counts of a pause
        from `start` to `end`. `said`: how many of the steps are, by clock."""
        pause = self.calendar.elapsed(start, end, sla.hours)
        moments = {
            f"{clock}_{step}": self.calendar.due(at, pause, sla.hours)
            for clock, n in said.items()
            for step in STEPS[n:]
            if (at := sla.at(clock, step))
        }
        paused = {"paused_min": sla.paused_min + pause // timedelta(minutes=1)}
        return self._dated(sla.model_copy(update=moments | paused), start)

    def answer_due(self, sla: Sla | None, called: datetime) -> datetime:
        """Until when a level that was called at `called` may keep silent."""
        hours = sla.hours if sla else Hours.BUSINESS
        return self.calendar.due(called, timedelta(minutes=self.no_ack_min), hours)

    def _dated(self, sla: Sla, start: datetime) -> Sla:
        """With what its calendar says of the days until the last due. Round the clock there is
        nothing to say."""
        if sla.hours is Hours.ALL:
            return sla
        last = max(due for clock in Clock if (due := sla.due(clock)))
        unsure = sla.provisional or self.calendar.provisional(start, max(start, last))
        days: dict[str, object] = {"provisional": unsure}
        if sla.since:  # one from before that was told tells none of it
            off, on = map(tuple, self.calendar.exceptions(sla.since, last))
            days |= {"holidays": off, "workdays": on, "calendar": self.calendar.source}
        return sla.model_copy(update=days)


DEFAULT: Final = SlaPolicy()
