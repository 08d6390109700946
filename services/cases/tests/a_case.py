"""A dead lamp on stair 3-2, and the people around it."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from linli_cases.complaints.commands import OpenCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseAcknowledged,
    CaseAssigned,
    CaseClosed,
    CaseEscalated,
    CaseMerged,
    CaseOpened,
    CaseRated,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    DuplicateSuspected,
    Near,
    Place,
    ReporterAnswered,
    WorkStarted,
)
from linli_cases.complaints.terms import Cause, Channel, Priority, Status
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)

CASE, OTHER, THIRD = (UUID(f"0192a000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
NOW = datetime(2020, 10, 9, 1, 2, tzinfo=UTC)
LI, ZHOU, DENG, HE, OPERATOR, MANAGER = "li", "zhou", "deng", "he", "wang", "chen"
ROLES = {
    LI: Role.RESIDENT,
    ZHOU: Role.RESIDENT,
    DENG: Role.STEWARD,
    HE: Role.STEWARD,
    OPERATOR: Role.OPERATOR,
    MANAGER: Role.ESTATE_MANAGER,
}


def by(person: str, command: C, now: datetime = NOW) -> C:
    return said(command, CASE, now, person, ROLES[person])


def report(**change: Any) -> OpenCase:
    body = {
        "estate_id": "xx",
        "kind": "complaint",
        "service_code": "lighting",
        "title": "楼道灯不亮",
        "description": "3-2 三楼楼梯间的灯坏了。",
        "place": {"building_id": "3-2", "unit_id": "3-2-1102", "public_area": "楼梯间"},
        "channel": "app",
    }
    return OpenCase.model_validate(body | change).learned(case_no="XX-2020-000118")


def of(person: str, **change: Any) -> dict[str, Any]:
    about = {"occurred_at": NOW, "case_id": CASE, "kind": "complaint", "reporter_id": LI}
    return about | {"by_id": person} | change


OPENED = CaseOpened(
    **of(LI),
    case_no="XX-2020-000118",
    service_code="lighting",
    title="楼道灯不亮",
    description="3-2 三楼楼梯间的灯坏了。",
    place=Place(building_id="3-2", unit_id="3-2-1102", public_area="楼梯间"),
    channel=Channel.APP,
    priority=Priority.P3,
    repeat_until=NOW + timedelta(hours=24),
    policy_version="default-1",
)
NEAR = Near(
    case_id=OTHER,
    place=Place(building_id="3-2", public_area="楼梯间"),
    service_code="lighting",
    opened_at=NOW - timedelta(hours=1),
    score_bp=8200,
)
SUSPECTED = DuplicateSuspected(**of(LI), candidates=(NEAR,), score_bp=8200)
ACKNOWLEDGED = CaseAcknowledged(**of(OPERATOR))
REJECTED = CaseRejected(**of(OPERATOR), reason="out_of_scope", note="请联系供电公司。")
MERGED = CaseMerged(**of(OPERATOR), into=OTHER)
ASSIGNED = CaseAssigned(**of(OPERATOR), assignee_id=DENG, max_open=20)
STARTED = WorkStarted(**of(DENG))
ANSWERED = ReporterAnswered(**of(DENG), channel=Channel.PHONE, message="今天下午来换。", first=True)
RESOLVED = CaseResolved(
    **of(DENG),
    outcome="已更换灯泡。",
    evidence_ids=("photo-1",),
    confirm_due=NOW + timedelta(days=7),
)
CLOSED = CaseClosed(**of(LI), confirmed_by="reporter", reopen_until=NOW + timedelta(days=30))
REOPENED = CaseReopened(**of(LI), cause=Cause.REPORTER, reason="又不亮了", n=1, assignee_id=DENG)
ESCALATED = CaseEscalated(**of(LI), level=3, to_role=Role.COMMUNITY_OFFICER, cause="reopened")
WITHDRAWN = CaseWithdrawn(**of(LI), reason="灯自己好了", assignee_id=DENG)
RATED = CaseRated(**of(LI), score=5, solved=True)

_WORK = (OPENED, ACKNOWLEDGED, ASSIGNED, STARTED)
PAST = {
    Status.NEW: (OPENED,),
    Status.ACKNOWLEDGED: (OPENED, ACKNOWLEDGED),
    Status.ASSIGNED: (OPENED, ACKNOWLEDGED, ASSIGNED),
    Status.IN_PROGRESS: _WORK,
    Status.RESOLVED: (*_WORK, RESOLVED),
    Status.CLOSED: (*_WORK, RESOLVED, CLOSED),
    Status.REJECTED: (OPENED, REJECTED),
    Status.MERGED: (OPENED, MERGED),
    Status.WITHDRAWN: (*_WORK, WITHDRAWN),
}
"""How a case may have come to each of its states."""
NOTHING = Spec(CASES)
NEW, TAKEN, GIVEN, WORKED_ON, DONE, FINISHED = (
    NOTHING.given(*PAST[status])
    for status in (
        Status.NEW,
        Status.ACKNOWLEDGED,
        Status.ASSIGNED,
        Status.IN_PROGRESS,
        Status.RESOLVED,
        Status.CLOSED,
    )
)
