"""What a case 事件 is reminded of: its clocks, the end of a suspension, a silent reporter,
a return visit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from linli_shared.decider import Cancel, Reminder, Timer

from linli_cases.complaints.care_commands import AskAgainWhenDue
from linli_cases.complaints.commands import (
    CheckClock,
    CheckSilence,
    CloseUnconfirmed,
    ResumeWhenDue,
)
from linli_cases.complaints.events import CaseEvent
from linli_cases.complaints.matter_commands import FindMilestoneMissed, FindReviewMissed
from linli_cases.complaints.state import Case, evolve
from linli_cases.complaints.terms import OPEN, Clock, Status


def awaited(case: Case | None) -> Mapping[str, datetime]:
    """The timers that a state asks for, and no others: what each event sets, moves and cancels is
    the difference that it makes."""
    if case is None:
        return {}
    timers = {f"sla-{clock}": at for clock, at in case.alarms.items()}
    if case.waiting and case.waiting.until:
        timers["resume"] = case.waiting.until
    if case.called:
        timers["call"] = case.called.answer_due
    if case.status is Status.RESOLVED and case.confirm_due:
        timers["close"] = case.confirm_due
    if case.care.visit_due:
        timers["visit"] = case.care.visit_due
    if case.status in OPEN:
        timers |= {f"{_MILESTONE}{no}": due for no, due in case.matter.left.items() if due}
        if case.matter.review_due:
            timers["review"] = case.matter.review_due
    return timers


def remind(case: Case | None, event: CaseEvent) -> Sequence[Reminder]:
    before, after = awaited(case), awaited(evolve(case, event))
    return [
        *(Cancel(name) for name in before if name not in after),
        *(Timer(name, due) for name, due in after.items() if before.get(name) != due),
    ]


Due: TypeAlias = (
    CheckClock
    | CheckSilence
    | ResumeWhenDue
    | CloseUnconfirmed
    | AskAgainWhenDue
    | FindMilestoneMissed
    | FindReviewMissed
)
_MILESTONE: Final = "milestone-"


def fired(name: str, due: datetime) -> Due:
    """It happened when it was due, however late a timer is told."""
    match name:
        case "resume":
            return ResumeWhenDue(due=due, occurred_at=due)
        case "call":
            return CheckSilence(due=due, occurred_at=due)
        case "close":
            return CloseUnconfirmed(due=due, occurred_at=due)
        case "review":
            return FindReviewMissed(due=due, occurred_at=due)
        case name if name.startswith(_MILESTONE):
            no = int(name.removeprefix(_MILESTONE))
            return FindMilestoneMissed(milestone_no=no, due=due, occurred_at=due)
        case "visit":
            return AskAgainWhenDue(due=due, occurred_at=due)
        case _:
            clock = Clock(name.removeprefix("sla-"))
            return CheckClock(clock=clock, due=due, occurred_at=due)
