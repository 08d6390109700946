"""What the rules need to know of how a reporter was cared for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from linli_cases.complaints.care_events import (
    CareEvent,
    CaseRated,
    RatingAnswered,
    ReporterNoted,
    ReturnVisitDue,
    ReturnVisitRecorded,
)
from linli_cases.complaints.events import CaseClosed
from linli_cases.complaints.terms import ReturnVisit


@dataclass(frozen=True, slots=True)
class Care:
    """`visit_due`: until it was said that it is. `visited`: the reporter was reached."""

    rated: bool = False
    answered: bool = False
    return_visit: ReturnVisit = ReturnVisit.NEVER
    visit_due: datetime | None = None
    visits: int = 0
    visited: bool = False


def closed(care: Care, event: CaseClosed) -> Care:
    """Somebody asks again after each time."""
    wanted = event.return_visit
    return replace(care, return_visit=wanted, visit_due=event.visit_due, visited=False)


def reopened(care: Care) -> Care:
    return replace(care, visit_due=None)


def evolve(care: Care, event: CareEvent) -> Care:
    match event:
        case CaseRated():
            return replace(care, rated=True)
        case RatingAnswered():
            return replace(care, answered=True)
        case ReturnVisitDue():
            return replace(care, visit_due=None)
        case ReturnVisitRecorded():
            due = None if event.reached else care.visit_due
            return replace(care, visits=event.n, visited=event.reached, visit_due=due)
        case ReporterNoted():
            return care
        case _:
            assert_never(event)
