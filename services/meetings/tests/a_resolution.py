"""Charging posts are adopted: a resolution 决议, its two actions, and how it is evaluated."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid5

from linli_language.roles import Role
from linli_meetings.resolutions.commands import (
    AssignAction,
    BringResult,
    RecordEvaluation,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import (
    ActionAssigned,
    ActionCompleted,
    ActionOverdue,
    ActionStarted,
    ActionVerified,
    EvaluationMissed,
    EvaluationScheduled,
    ResolutionAdopted,
    ResolutionEvaluated,
    ResolutionEvent,
    ResolutionExecuted,
    ResolutionIdle,
    ResolutionOverturned,
    ResolutionPublicised,
    ResolutionRejected,
    Scores,
)
from linli_meetings.resolutions.terms import Status, Verdict
from linli_meetings.results import Result
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

from services.meetings.tests.a_meeting import CHAIR, CLERK, RESULT
from services.meetings.tests.a_topic import CASES, MEETING, RESOLUTION, TOPIC, ZONE

C = TypeVar("C", bound=Command)

DAY = timedelta(days=1)
DECLARED_AT = datetime(2020, 11, 18, 21, 0, tzinfo=ZONE)
UNTIL = datetime(2020, 11, 26, 0, 0, tzinfo=ZONE)
"""The end of 11-25."""
STARTED_AT = datetime(2020, 11, 27, 9, 0, tzinfo=ZONE)
POSTS_DUE = datetime(2020, 12, 20, 18, 0, tzinfo=ZONE)
SIGN_DUE = datetime(2020, 12, 5, 18, 0, tzinfo=ZONE)
DONE_AT = datetime(2020, 12, 21, 10, 0, tzinfo=ZONE)
EVALUATED_AT = datetime(2021, 1, 20, 19, 0, tzinfo=ZONE)
BUILDER, PAINTER, MANAGER, LI = "he", "tang", "zhao", "li"
ROLES = {
    CHAIR: Role.COMMUNITY_OFFICER,
    CLERK: Role.OPERATOR,
    BUILDER: Role.STEWARD,
    PAINTER: Role.STEWARD,
    MANAGER: Role.ESTATE_MANAGER,
    LI: Role.RESIDENT,
    SYSTEM: SYSTEM,
}


def by(person: str, command: C, now: datetime = DECLARED_AT) -> C:
    return said(command, RESOLUTION, now, person, ROLES[person])


def of(person: str, at: datetime = DECLARED_AT, **change: Any) -> dict[str, Any]:
    about = {
        "occurred_at": at,
        "resolution_id": RESOLUTION,
        "topic_id": TOPIC,
        "chain_id": TOPIC,
        "case_ids": CASES,
        "by_id": person,
    }
    return about | change


def posts(person: str, at: datetime) -> dict[str, Any]:
    action = {"action_id": 1, "owner_id": BUILDER, "owner_role": Role.STEWARD}
    return of(person, at) | action


def sign(person: str, at: datetime) -> dict[str, Any]:
    return posts(person, at) | {"action_id": 2, "owner_id": PAINTER}


def brought(result: Result) -> BringResult:
    return BringResult(estate_id="xx", meeting_id=MEETING, topic_id=TOPIC, result=result)


def assignment(**change: Any) -> AssignAction:
    body = {"duty": "安装12个充电桩", "owner_id": BUILDER, "owner_role": "steward"}
    return AssignAction.model_validate(body | {"due_at": POSTS_DUE} | change)


def evaluation(verdict: str = "effective", **change: Any) -> RecordEvaluation:
    body = {
        "verdict": verdict,
        "scores": {"owners": 44, "property": 46, "community": 45},
        "reason": "楼道里已不再充电。",
        "chair_id": CHAIR,
    }
    return RecordEvaluation.model_validate(body | change)


def due(n: int, at: datetime, person: str = CHAIR, told: datetime = DONE_AT) -> ResolutionEvent:
    return EvaluationScheduled(**of(person, told), n=n, due_at=at, missed_at=at + 7 * DAY)


ADOPTED = ResolutionAdopted(**of(SYSTEM), meeting_id=MEETING, result=RESULT)
VOTED_DOWN = ResolutionRejected(
    **of(SYSTEM), meeting_id=MEETING, result=RESULT.model_copy(update={"adopted": False})
)
PUBLICISED = ResolutionPublicised(
    **of(CLERK), until=UNTIL, idle_at=UNTIL + 7 * DAY, policy_version="default-1"
)
IDLE = ResolutionIdle(**of(SYSTEM, UNTIL + 7 * DAY), publicised_until=UNTIL)
ASSIGNED = ActionAssigned(**posts(CLERK, DECLARED_AT), duty="安装12个充电桩", due_at=POSTS_DUE)
SIGN = ActionAssigned(**sign(CLERK, DECLARED_AT), duty="设置充电须知牌", due_at=SIGN_DUE)
STARTED = ActionStarted(**posts(BUILDER, STARTED_AT))
SIGN_STARTED = ActionStarted(**sign(PAINTER, STARTED_AT))
OVERDUE = ActionOverdue(**posts(SYSTEM, POSTS_DUE), due_at=POSTS_DUE)
COMPLETED = ActionCompleted(**posts(BUILDER, DONE_AT), evidence_ids=("photo-1", "photo-2"))
SIGN_COMPLETED = ActionCompleted(**sign(PAINTER, DONE_AT), evidence_ids=("photo-3",))
VERIFIED = ActionVerified(**posts(CHAIR, DONE_AT))
SIGN_VERIFIED = ActionVerified(**sign(CHAIR, DONE_AT))
EVIDENCE = ("photo-1", "photo-2", "photo-3")
EXECUTED = ResolutionExecuted(**of(CHAIR, DONE_AT), evidence_ids=EVIDENCE)
FIRST, SECOND = DONE_AT + 30 * DAY, DONE_AT + 90 * DAY
DUES = (due(1, FIRST), due(2, SECOND))
MISSED = EvaluationMissed(
    **of(SYSTEM, FIRST + 7 * DAY), n=1, due_at=FIRST, to_role=Role.ESTATE_MANAGER
)
EFFECTIVE = ResolutionEvaluated(
    **of(CLERK, EVALUATED_AT),
    verdict=Verdict.EFFECTIVE,
    scores=Scores(owners=44, property=46, community=45),
    reason="楼道里已不再充电。",
    chair_id=CHAIR,
    scheduled=(1,),
    evidence_ids=EVIDENCE,
)
EXTENDED = EFFECTIVE.model_copy(update={"verdict": Verdict.EXTEND})
AGAINST = ResolutionEvaluated(
    **of(CLERK, SECOND),
    verdict=Verdict.OVERTURN,
    scores=Scores(owners=21, property=40, community=30),
    reason="草坪被占，业主反对。",
    chair_id=CHAIR,
    scheduled=(1, 2),
    evidence_ids=EVIDENCE,
)
OVERTURNED = ResolutionOverturned(
    **of(CLERK, SECOND),
    reason="草坪被占，业主反对。",
    title="电动车充电桩",
    follow_up_topic_id=uuid5(RESOLUTION, "follow-up"),
)

PUBLIC_PAST: tuple[ResolutionEvent, ...] = (ADOPTED, PUBLICISED, ASSIGNED, SIGN)
BUSY_PAST: tuple[ResolutionEvent, ...] = (*PUBLIC_PAST, STARTED, SIGN_STARTED)
_DONE = (*BUSY_PAST, COMPLETED, SIGN_COMPLETED, VERIFIED, SIGN_VERIFIED, EXECUTED, *DUES)
PAST: dict[Status, tuple[ResolutionEvent, ...]] = {
    Status.ADOPTED: (ADOPTED,),
    Status.REJECTED: (VOTED_DOWN,),
    Status.PUBLICISED: PUBLIC_PAST,
    Status.IN_EXECUTION: BUSY_PAST,
    Status.EXECUTED: _DONE,
    Status.EVALUATED_EFFECTIVE: (*_DONE, EFFECTIVE),
    Status.EXTENDED: (*_DONE, EXTENDED),
    Status.OVERTURNED: (*_DONE, AGAINST, OVERTURNED),
}
"""How a resolution may have come to each of its states."""
NOTHING = Spec(RESOLUTIONS)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
