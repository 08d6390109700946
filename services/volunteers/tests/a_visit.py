"""Mr Luo, key tier, lives alone: a visit on a Tuesday morning, 10:00 to 10:30."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar, cast
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said
from linli_volunteers.credentials.domain import Credential, Held
from linli_volunteers.credentials.terms import CredentialType, Finding
from linli_volunteers.engagements import Engagement
from linli_volunteers.visits.commands import AssignVisitor, CompleteVisit, ScheduleVisit
from linli_volunteers.visits.domain import VISITS
from linli_volunteers.visits.events import (
    Checked,
    Found,
    VisitCompleted,
    VisitDeclined,
    VisitMissed,
    VisitNoAnswer,
    VisitorArrived,
    VisitorAssigned,
    VisitScheduled,
)
from linli_volunteers.visits.policy import Policy
from linli_volunteers.visits.terms import Need, Proof, Status

C = TypeVar("C", bound=Command)

VISIT = UUID("0192d000-0000-7000-8000-000000000001")
ELDER, OTHER_ELDER, TANG, DENG, XIE = "elder-luo", "elder-he", "tang", "deng", "xie"
COORDINATOR = "peng"
ROLES = {
    ELDER: Role.RESIDENT,
    OTHER_ELDER: Role.RESIDENT,
    TANG: Role.VOLUNTEER,
    DENG: Role.STEWARD,
    XIE: Role.PEER_VISITOR,
    COORDINATOR: Role.VOLUNTEER_COORDINATOR,
    SYSTEM: SYSTEM,
}
CHANGSHA = timezone(timedelta(hours=8))


def clock(hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 12, 8, hour, minute, tzinfo=CHANGSHA)


NOW, START, END, ARRIVE_BY = clock(9), clock(10), clock(10, 30), clock(11)
CHECKED: Held = {CredentialType.ELDER_CARE: Credential(Finding.CLEAR, date(2020, 12, 9))}
CHECKLIST = dict.fromkeys(Policy().checklist, True)


def by(person: str, command: C, now: datetime = NOW) -> C:
    if isinstance(command, AssignVisitor) and not hasattr(command, "_engaged"):
        command = cast("C", busy(command))
    return said(command, VISIT, now, person, ROLES[person])


def busy(command: AssignVisitor, **engaged: tuple[Engagement, ...]) -> AssignVisitor:
    """`command` as it is when people are engaged elsewhere; nobody else is."""
    calendars: Mapping[str, tuple[Engagement, ...]] = dict.fromkeys(ROLES, ()) | engaged
    return command.learned(engaged=calendars, held=CHECKED)


def scheduling(**change: Any) -> ScheduleVisit:
    body = {
        "estate_id": "xx",
        "elder_id": ELDER,
        "tier": "key",
        "recurrence_id": "20201208T100000",
        "starts_at": START,
        "ends_at": END,
        "declined_visitor_ids": [XIE],
    }
    return ScheduleVisit.model_validate(body | change)


def completion(**change: Any) -> CompleteVisit:
    """`checklist` by item."""
    body: dict[str, Any] = {"contact_made": True, "wellbeing": 4, "needs": ["meal"]} | change
    checklist = body.pop("checklist", CHECKLIST)
    body["checklist"] = [{"item": item, "well": well} for item, well in checklist.items()]
    return CompleteVisit.model_validate(body)


def of(person: str, **change: Any) -> dict[str, Any]:
    about = {
        "occurred_at": NOW,
        "visit_id": VISIT,
        "elder_id": ELDER,
        "tier": "key",
        "starts_at": START,
        "ends_at": END,
        "by_id": person,
    }
    return about | change


SCHEDULED = VisitScheduled(
    **of(COORDINATOR),
    recurrence_id="20201208T100000",
    declined_visitor_ids=(XIE,),
    travel_buffer_min=15,
    policy_version="default-1",
)
ASSIGNED = VisitorAssigned(**of(COORDINATOR), visitor_id=TANG, arrive_by=ARRIVE_BY)
ARRIVED = VisitorArrived(**of(TANG), visitor_id=TANG, proof=Proof.QR)
COMPLETED = VisitCompleted(
    **of(TANG),
    visitor_id=TANG,
    found=Found(
        wellbeing=4,
        checklist=tuple(Checked(item=item, well=True) for item in CHECKLIST),
        needs=(Need.MEAL,),
    ),
)
NO_ANSWER = VisitNoAnswer(**of(TANG), visitor_id=TANG)
DECLINED = VisitDeclined(**of(ELDER), visitor_id=TANG, reason="今天女儿在家。")
MISSED = VisitMissed(**of(SYSTEM, occurred_at=ARRIVE_BY), visitor_id=TANG, due=ARRIVE_BY)

_ARRIVED = (SCHEDULED, ASSIGNED, ARRIVED)
PAST = {
    Status.PLANNED: (SCHEDULED,),
    Status.ASSIGNED: (SCHEDULED, ASSIGNED),
    Status.ARRIVED: _ARRIVED,
    Status.COMPLETED: (*_ARRIVED, COMPLETED),
    Status.NO_ANSWER: (*_ARRIVED, NO_ANSWER),
    Status.MISSED: (SCHEDULED, ASSIGNED, MISSED),
    Status.DECLINED: (SCHEDULED, ASSIGNED, DECLINED),
}
"""How a visit may have come to each of its states."""
NOTHING = Spec(VISITS)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
