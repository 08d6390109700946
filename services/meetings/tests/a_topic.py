"""E-bikes are charged in stairwells: a topic 议题, the cases it is about, and who brings it."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from linli_language.roles import Role
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.commands import ProposeTopic
from linli_meetings.topics.domain import TOPICS
from linli_meetings.topics.events import (
    CaseLinkedToTopic,
    TopicAdopted,
    TopicDeferred,
    TopicDeliberated,
    TopicEvent,
    TopicProposed,
    TopicRejected,
    TopicReturned,
    TopicScheduled,
    TopicScreened,
    TopicVoted,
    TopicWithdrawn,
)
from linli_meetings.topics.terms import Cause, Origin, Status
from linli_shared.messages import SYSTEM, Command, Event
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)

ZONE = ZoneInfo("Asia/Shanghai")
TOPIC = UUID("0192c000-0000-7000-8000-000000000001")
CASES = tuple(UUID(f"0192a000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
FOURTH = UUID("0192a000-0000-7000-8000-000000000004")
MEETING = UUID("0192d000-0000-7000-8000-000000000001")
ELSEWHERE = UUID("0192d000-0000-7000-8000-000000000009")
RESOLUTION = UUID("0192e000-0000-7000-8000-000000000001")
NOW = datetime(2020, 11, 10, 9, 0, tzinfo=ZONE)
LI, ZHOU, DENG, OPERATOR, OFFICER = "li", "zhou", "deng", "wang", "chen"
PROCESS = "system:problem_to_topic"
ROLES = {
    LI: Role.RESIDENT,
    ZHOU: Role.RESIDENT,
    DENG: Role.STEWARD,
    OPERATOR: Role.OPERATOR,
    OFFICER: Role.COMMUNITY_OFFICER,
    PROCESS: SYSTEM,
}
SIX = ("n1", "n2", "n3", "n4", "n5", "n6")


def by(person: str, command: C, now: datetime = NOW) -> C:
    return said(command, TOPIC, now, person, ROLES[person])


def proposal(**change: Any) -> ProposeTopic:
    body = {
        "estate_id": "xx",
        "title": "电动车充电桩",
        "description": "楼道里充电不安全，建议在物业租用的空地装充电桩。",
        "co_signer_ids": SIX,
    }
    return ProposeTopic.model_validate(body | change)


def of(person: str, **change: Any) -> dict[str, Any]:
    about = {"occurred_at": NOW, "topic_id": TOPIC, "chain_id": TOPIC, "case_ids": CASES}
    return about | {"by_id": person} | change


def changed(event: E, **change: Any) -> E:
    """The same, but for what is said here."""
    return event.model_copy(update=change)


PROPOSED = TopicProposed(
    **of(PROCESS),
    title="电动车充电桩",
    description="楼道里充电不安全，建议在物业租用的空地装充电桩。",
    origin=Origin.REFERRED,
    co_signer_ids=SIX,
    policy_version="default-1",
)
LINKED = tuple(CaseLinkedToTopic(**of(PROCESS), case_id=case) for case in CASES)
SCREENED = TopicScreened(
    **of(OFFICER), matter=Matter.NONE, regime=Regime.ADVISORY, law_version="property-law-76"
)
SCHEDULED = TopicScheduled(**of(PROCESS), meeting_id=MEETING)
RETURNED = TopicReturned(**of(PROCESS), meeting_id=MEETING, cause=Cause.NO_QUORUM)
DELIBERATED = TopicDeliberated(**of(PROCESS), meeting_id=MEETING)
VOTED = TopicVoted(**of(PROCESS), meeting_id=MEETING)
ADOPTED = TopicAdopted(**of(PROCESS), resolution_id=RESOLUTION)
REJECTED = TopicRejected(**of(PROCESS), resolution_id=RESOLUTION)
DEFERRED = TopicDeferred(**of(OFFICER), cause=Cause.POSTPONED)
WITHDRAWN = TopicWithdrawn(**of(OFFICER), reason="已另行解决")

_BROUGHT: tuple[TopicEvent, ...] = (PROPOSED, *LINKED)
_ON_AGENDA: tuple[TopicEvent, ...] = (*_BROUGHT, SCREENED, SCHEDULED)
PAST: dict[Status, tuple[TopicEvent, ...]] = {
    Status.PROPOSED: _BROUGHT,
    Status.SCREENED: (*_BROUGHT, SCREENED),
    Status.SCHEDULED: _ON_AGENDA,
    Status.DELIBERATED: (*_ON_AGENDA, DELIBERATED),
    Status.VOTED: (*_ON_AGENDA, DELIBERATED, VOTED),
    Status.ADOPTED: (*_ON_AGENDA, DELIBERATED, VOTED, ADOPTED),
    Status.REJECTED: (*_ON_AGENDA, DELIBERATED, VOTED, REJECTED),
    Status.DEFERRED: (*_BROUGHT, SCREENED, DEFERRED),
    Status.WITHDRAWN: (*_BROUGHT, WITHDRAWN),
}
"""How a topic may have come to each of its states."""
NOTHING = Spec(TOPICS)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
