"""What the rules of a case 事件 need to know of it, and nothing else."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from linli_cases.complaints.events import (
    CaseAcknowledged,
    CaseAssigned,
    CaseClosed,
    CaseEscalated,
    CaseEvent,
    CaseMerged,
    CaseOpened,
    CaseRated,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    DuplicateSuspected,
    ReporterAnswered,
    WorkStarted,
)
from linli_cases.complaints.terms import Kind, Status


@dataclass(frozen=True, slots=True)
class Case:
    kind: Kind
    reporter_id: str
    about_person_id: str | None = None
    status: Status = Status.NEW
    assignee_id: str | None = None
    duplicate_of: UUID | None = None
    answered: bool = False
    rated: bool = False
    reopened: int = 0
    level: int = 0
    reopen_until: datetime | None = None


def evolve(case: Case | None, event: CaseEvent) -> Case:
    if isinstance(event, CaseOpened):
        return Case(event.case_kind, event.reporter_id, event.about_person_id)
    assert case is not None, "a stream begins with CaseOpened"
    match event:
        case CaseAcknowledged():
            return replace(case, status=Status.ACKNOWLEDGED)
        case CaseRejected():
            return replace(case, status=Status.REJECTED)
        case CaseMerged():
            return replace(case, status=Status.MERGED, duplicate_of=event.into)
        case CaseAssigned():
            return replace(case, status=Status.ASSIGNED, assignee_id=event.assignee_id)
        case WorkStarted():
            return replace(case, status=Status.IN_PROGRESS)
        case ReporterAnswered():
            return replace(case, answered=True)
        case CaseResolved():
            return replace(case, status=Status.RESOLVED)
        case CaseClosed():
            return replace(case, status=Status.CLOSED, reopen_until=event.reopen_until)
        case CaseReopened():
            return replace(case, status=Status.IN_PROGRESS, reopened=event.n, reopen_until=None)
        case CaseEscalated():
            return replace(case, level=event.level)
        case CaseWithdrawn():
            return replace(case, status=Status.WITHDRAWN)
        case CaseRated():
            return replace(case, rated=True)
        case DuplicateSuspected():
            return case
        case _:
            assert_never(event)
