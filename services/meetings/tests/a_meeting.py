"""The deliberation of 2020-11-18: 41 invited, a topic on the agenda, and the people around it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_meetings.meetings.commands import CastBallot, PlanMeeting, RecordAttendance
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.events import (
    AttendanceRecorded,
    BallotCast,
    BallotReplaced,
    Invitee,
    MeetingAdjournedForQuorum,
    MeetingCancelled,
    MeetingClosed,
    MeetingEvent,
    MeetingNoticed,
    MeetingOpened,
    MeetingPlanned,
    MinutesOverdue,
    MinutesPublished,
    VoteClosed,
    VoteOpened,
    VoteVoid,
)
from linli_meetings.meetings.terms import Choice, Status
from linli_meetings.results import Quorum, Result, Tally
from linli_meetings.terms import Party, Regime
from linli_meetings.topics.state import Topic
from linli_meetings.topics.terms import Status as TopicStatus
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

from services.meetings.tests.a_topic import CASES, MEETING, TOPIC, ZONE

C = TypeVar("C", bound=Command)

SECOND = UUID("0192c000-0000-7000-8000-000000000002")
PLANNED_AT = datetime(2020, 11, 14, 10, 0, tzinfo=ZONE)
STARTS = datetime(2020, 11, 18, 19, 0, tzinfo=ZONE)
LATER = STARTS + timedelta(days=7)
ENDS = STARTS + timedelta(hours=1)
CHAIR, CLERK, STRANGER = "c1", "wang", "stranger"
OWNERS = [f"o{n}" for n in range(1, 33)]
PROPERTY = [f"p{n}" for n in range(1, 7)]
COMMUNITY = [CHAIR, "c2", "c3"]
INVITED = {
    **dict.fromkeys(OWNERS, Party.OWNERS),
    **dict.fromkeys(PROPERTY, Party.PROPERTY),
    **dict.fromkeys(COMMUNITY, Party.COMMUNITY),
}
CAME = [*OWNERS[:23], *PROPERTY[:4], *COMMUNITY[:2]]
"""29 of the 41."""


def by(person: str, command: C, now: datetime = STARTS) -> C:
    role = {CHAIR: Role.COMMUNITY_OFFICER, CLERK: Role.OPERATOR, SYSTEM: SYSTEM}
    return said(command, MEETING, now, person, role.get(person, Role.RESIDENT))


def topic(**change: Any) -> Topic:
    known = Topic("电动车充电桩", "system", TOPIC, CASES, TopicStatus.SCHEDULED, meeting_id=MEETING)
    return replace(known, **change)


def planning(**change: Any) -> PlanMeeting:
    body = {
        "estate_id": "xx",
        "kind": "deliberation",
        "starts_at": STARTS,
        "hall_id": "hall-1",
        "chair_id": CHAIR,
        "invited": [{"person_id": who, "party": of} for who, of in INVITED.items()],
        "agenda": [TOPIC, SECOND],
    }
    ready = topic(status=TopicStatus.SCREENED, meeting_id=None)
    plan = PlanMeeting.model_validate(body | change)
    return plan.learned(topics=dict.fromkeys(plan.agenda, ready))


def came(*people: str, **change: Any) -> RecordAttendance:
    present = [{"person_id": person, **change} for person in people]
    return RecordAttendance.model_validate({"present": present})


def ballot(choice: str = "for", **change: Any) -> CastBallot:
    return CastBallot.model_validate({"topic_id": TOPIC, "choice": choice, **change})


def of(person: str, at: datetime = STARTS, **change: Any) -> dict[str, Any]:
    about = {"occurred_at": at, "meeting_id": MEETING, "kind": "deliberation", "by_id": person}
    return about | change


def of_vote(person: str, at: datetime = STARTS, **change: Any) -> dict[str, Any]:
    return of(person, at) | {"topic_id": TOPIC, "chain_id": TOPIC} | change


def stay(person: str, since: datetime = STARTS, until: datetime | None = None) -> MeetingEvent:
    return AttendanceRecorded(
        **of(CLERK), person_id=person, party=INVITED.get(person), present_from=since,
        present_to=until,
    )  # fmt: skip


def stays(people: Iterable[str]) -> list[MeetingEvent]:
    return [stay(person) for person in people]


def hand(voter: str, choice: Choice, n: int, **change: Any) -> MeetingEvent:
    return BallotCast(
        **of_vote(CLERK), n=n, voter_id=voter, party=INVITED[voter], choice=choice, **change
    )


PLANNED = MeetingPlanned(
    **of(CLERK, PLANNED_AT),
    starts_at=STARTS,
    hall_id="hall-1",
    chair_id=CHAIR,
    invited=tuple(Invitee(person_id=who, party=party) for who, party in INVITED.items()),
    agenda=(TOPIC, SECOND),
)
NOTICED = MeetingNoticed(
    **of(CLERK, PLANNED_AT),
    n=1,
    starts_at=STARTS,
    hall_id="hall-1",
    invited_ids=tuple(INVITED),
    topic_ids=(TOPIC, SECOND),
    policy_version="default-1",
)
QUORUM = Quorum(invited=41, present=29, need=21, owners=23, property=4, community=2)
OPENED = MeetingOpened(**of(CHAIR), quorum=QUORUM, policy_version="default-1")
VOTE_OPENED = VoteOpened(
    **of_vote(CHAIR), title="电动车充电桩", regime=Regime.ADVISORY, recused_ids=("o23",)
)
REPLACED = BallotReplaced(
    **of_vote(CLERK), n=2, voter_id="o1", party=Party.OWNERS, choice=Choice.AGAINST, replaces=1
)
CHOICES: list[Choice] = [*[Choice.FOR] * 24, *[Choice.AGAINST] * 3, *[Choice.ABSTAIN] * 2]
HANDS = [
    hand(voter, choice, n) for n, (voter, choice) in enumerate(zip(CAME, CHOICES, strict=True), 1)
]
RESULT = Result(
    title="电动车充电桩",
    chain_id=TOPIC,
    case_ids=CASES,
    regime=Regime.ADVISORY,
    chair_id=CHAIR,
    tally=Tally(in_favour=24, against=3, abstained=2),
    quorum=QUORUM,
    adopted=True,
    policy_version="default-1",
)
VOTE_CLOSED = VoteClosed(**of_vote(CHAIR), resolution_id=uuid5(MEETING, str(TOPIC)), result=RESULT)
VOID = VoteVoid(**of_vote(CHAIR), reason="QUORUM_LOST")
LACKING = Quorum(invited=41, present=0, need=21, owners=0, property=0, community=0)
ADJOURNED = MeetingAdjournedForQuorum(**of(CHAIR), quorum=LACKING, topic_ids=(TOPIC, SECOND))
MINUTES_DUE = (ENDS + timedelta(days=3), ENDS + timedelta(days=7))
CLOSED = MeetingClosed(**of(CHAIR, ENDS), topic_ids=(SECOND,), minutes_due=MINUTES_DUE)
MISSED = MinutesOverdue(**of(SYSTEM, MINUTES_DUE[0]), n=1, due_at=MINUTES_DUE[0], chair_id=CHAIR)
MINUTED = MinutesPublished(**of(CLERK, ENDS), minutes_ref="doc-9")
CANCELLED = MeetingCancelled(
    **of(CLERK),
    reason="场地停电",
    topic_ids=(TOPIC, SECOND),
    invited_ids=tuple(INVITED),
)

OPEN_PAST = (PLANNED, NOTICED, *stays(CAME), OPENED)
VOTING_PAST = (*OPEN_PAST, VOTE_OPENED.model_copy(update={"recused_ids": ()}))
_OVER = (*VOTING_PAST, *HANDS, VOTE_CLOSED, CLOSED)
PAST: dict[Status, tuple[MeetingEvent, ...]] = {
    Status.PLANNED: (PLANNED,),
    Status.NOTICED: (PLANNED, NOTICED),
    Status.OPENED: OPEN_PAST,
    Status.ADJOURNED: (PLANNED, NOTICED, ADJOURNED),
    Status.CLOSED: _OVER,
    Status.MINUTES_PUBLISHED: (*_OVER, MINUTED),
    Status.CANCELLED: (PLANNED, NOTICED, CANCELLED),
}
"""How a meeting may have come to each of its states."""
NOTHING = Spec(MEETINGS)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
VOTING = NOTHING.given(*VOTING_PAST)
