"""A dead lamp on stair 3-2, and the people around it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from linli_cases.complaints.about import Near, Place
from linli_cases.complaints.care_events import CaseRated
from linli_cases.complaints.commands import OpenCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseAcknowledged,
    CaseAssigned,
    CaseClosed,
    CaseEscalated,
    CaseLinkedToTopic,
    CaseMerged,
    CaseOpened,
    CaseReferredToDeliberation,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseResumed,
    CaseSuspended,
    CaseTransferred,
    CaseWithdrawn,
    DeliberationEnded,
    DuplicateSuspected,
    EvidenceAdded,
    ReporterAnswered,
    SlaBreached,
    SlaWarningIssued,
    WorkStarted,
)
from linli_cases.complaints.sla import Sla
from linli_cases.complaints.terms import (
    Cause,
    Channel,
    Clock,
    Hours,
    Priority,
    Resumption,
    Stage,
    Status,
    Wait,
)
from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)

CASE, OTHER, THIRD = (UUID(f"0192a000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
NOW = datetime(2020, 10, 9, 1, 2, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
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


def told(command: C, now: datetime = NOW, name: str = "timer") -> C:
    """`command` as a timer or a process sends it."""
    return said(command, CASE, now, f"system:{name}", SYSTEM)


def local(day: int, hour: int, minute: int, month: int = 10) -> datetime:
    """That moment of 2020 in Changsha."""
    return datetime(2020, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


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


SLA = Sla(
    policy_version="default-1",
    hours=Hours.BUSINESS,
    ack_warn=local(9, 10, 38),
    ack_due=local(9, 11, 2),
    first_response_warn=local(9, 10, 38),
    first_response_due=local(9, 11, 2),
    resolve_warn=local(20, 9, 2),
    resolve_due=local(22, 9, 2),
    ack_l2=local(9, 12, 2),
    ack_l3=local(9, 13, 2),
    first_response_l2=local(9, 12, 2),
    first_response_l3=local(9, 13, 2),
    resolve_l2=local(29, 9, 2),
    resolve_l3=local(5, 9, 2, month=11),
    since=NOW,
    ack_min=120,
    first_response_min=120,
    resolve_min=5700,
    anchor="local 12345 rules, from the press",
    calendar="yearly notices of the State Council, as chinesecalendar has them",
    workdays=(date(2020, 10, 10),),
)
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
    sla=SLA,
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
UNTIL = NOW + timedelta(days=30)
SUSPENDED = CaseSuspended(
    **of(DENG),
    wait_for=Wait.CONTRACTOR,
    since=NOW,
    until=UNTIL,
    paused=False,
    assignee_id=DENG,
)
PAUSED = SUSPENDED.model_copy(update={"wait_for": Wait.RESIDENT, "paused": True})
RESUMED = CaseResumed(**of(DENG), cause=Resumption.ASKED, sla=SLA, assignee_id=DENG)
TOPIC = uuid5(CASE, "topic 1")
RESOLUTION = UUID("0192e000-0000-7000-8000-000000000001")
CHAIN = {"chain_id": TOPIC}
REFERRED = CaseReferredToDeliberation(
    **of(DENG, **CHAIN),
    topic_id=TOPIC,
    title="楼道充电",
    description="楼道内充电有火灾隐患。",
    since=NOW,
    paused=True,
    assignee_id=DENG,
)
LINKED = CaseLinkedToTopic(**of("system:resolutions", **CHAIN), topic_id=TOPIC)
DELIBERATED = DeliberationEnded(
    **of("system:resolutions", **CHAIN),
    topic_id=TOPIC,
    cause=Resumption.EXECUTED,
    resolution_id=RESOLUTION,
)
TRANSFERRED = CaseTransferred(
    **of(OPERATOR), agency="供电公司", note="属公共电网。", assignee_id=DENG
)
WARNED = SlaWarningIssued(
    **of("system:timer", occurred_at=SLA.first_response_warn),
    clock=Clock.FIRST_RESPONSE,
    due=SLA.first_response_due,
)
LATE = SlaBreached(
    **of("system:timer", occurred_at=SLA.first_response_due),
    clock=Clock.FIRST_RESPONSE,
    due=SLA.first_response_due,
)
LEAD_TOLD = CaseEscalated(
    **of("system:timer", occurred_at=SLA.first_response_due),
    level=1,
    to_role=Role.STEWARD_LEAD,
    cause="first_response_overdue",
    ack_due=local(9, 11, 32),
)
PHOTO = UUID("0192f000-0000-7000-8000-000000000001")
PICTURED = EvidenceAdded(
    **of(DENG),
    evidence_id=PHOTO,
    stage=Stage.AFTER,
    file_key="a key",
    width=800,
    height=600,
    size_bytes=90_000,
)
RESOLVED = CaseResolved(
    **of(DENG),
    outcome="已更换灯泡。",
    evidence_ids=(str(PHOTO),),
    confirm_due=NOW + timedelta(days=7),
)
CLOSED = CaseClosed(**of(LI), confirmed_by="reporter", reopen_until=NOW + timedelta(days=30))
REOPENED = CaseReopened(**of(LI), cause=Cause.REPORTER, reason="又不亮了", n=1, assignee_id=DENG)
ESCALATED = CaseEscalated(**of(LI), level=3, to_role=Role.COMMUNITY_OFFICER, cause="reopened")
WITHDRAWN = CaseWithdrawn(**of(LI), reason="灯自己好了", assignee_id=DENG)
RATED = CaseRated(**of(LI), score=5, solved=True)

_WORK = (OPENED, ACKNOWLEDGED, ASSIGNED, STARTED, PICTURED)
PAST = {
    Status.NEW: (OPENED,),
    Status.ACKNOWLEDGED: (OPENED, ACKNOWLEDGED),
    Status.ASSIGNED: (OPENED, ACKNOWLEDGED, ASSIGNED),
    Status.IN_PROGRESS: _WORK,
    Status.PENDING: (*_WORK, SUSPENDED),
    Status.RESOLVED: (*_WORK, RESOLVED),
    Status.CLOSED: (*_WORK, RESOLVED, CLOSED),
    Status.REJECTED: (OPENED, REJECTED),
    Status.MERGED: (OPENED, MERGED),
    Status.TRANSFERRED: (*_WORK, TRANSFERRED),
    Status.WITHDRAWN: (*_WORK, WITHDRAWN),
}
"""How a case may have come to each of its states."""
NOTHING = Spec(CASES)
NEW, TAKEN, GIVEN, WORKED_ON, WAITING, DONE, FINISHED = (
    NOTHING.given(*PAST[status])
    for status in (
        Status.NEW,
        Status.ACKNOWLEDGED,
        Status.ASSIGNED,
        Status.IN_PROGRESS,
        Status.PENDING,
        Status.RESOLVED,
        Status.CLOSED,
    )
)
