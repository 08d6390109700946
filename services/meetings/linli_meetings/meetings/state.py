"""What the rules of a meeting 会议 need to know of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from linli_meetings.meetings.events import (
    AttendanceRecorded,
    BallotCast,
    BallotReplaced,
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
from linli_meetings.meetings.terms import Choice, Kind, Status, VoteStatus
from linli_meetings.terms import Party


@dataclass(frozen=True, slots=True)
class Stay:
    """When somebody is in the room; the end is not of it."""

    since: datetime
    until: datetime | None = None

    def has(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Ballot:
    n: int
    choice: Choice
    proxy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    chain_id: UUID
    recused: frozenset[str] = frozenset()
    status: VoteStatus = VoteStatus.OPEN
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    """The effective one of each voter."""
    cast: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    kind: Kind
    chair_id: str
    starts_at: datetime
    hall_id: str | None
    invited: Mapping[str, Party]
    agenda: tuple[UUID, ...]
    status: Status = Status.PLANNED
    notices: int = 0
    stays: Mapping[str, Stay] = field(default_factory=dict)
    votes: Mapping[UUID, Vote] = field(default_factory=dict)
    minutes_due: Mapping[int, datetime] = field(default_factory=dict)

    def there(self, person: str, moment: datetime) -> bool:
        return person in self.stays and self.stays[person].has(moment)

    def topics(self, *statuses: VoteStatus) -> tuple[UUID, ...]:
        """Those of the agenda whose vote is in one of `statuses`."""
        return tuple(t for t in self.agenda if self.vote_status(t) in statuses)

    def vote_status(self, topic: UUID) -> VoteStatus:
        return self.votes[topic].status if topic in self.votes else VoteStatus.NONE


def evolve(meeting: Meeting | None, event: MeetingEvent) -> Meeting:
    if isinstance(event, MeetingPlanned):
        invited = {one.person_id: one.party for one in event.invited}
        return Meeting(
            event.meeting_kind, event.chair_id, event.starts_at, event.hall_id, invited,
            event.agenda,
        )  # fmt: skip
    assert meeting is not None, "a stream begins with MeetingPlanned"
    match event:
        case MeetingNoticed():
            return replace(
                meeting, status=Status.NOTICED, notices=event.n, starts_at=event.starts_at,
                hall_id=event.hall_id,
            )  # fmt: skip
        case AttendanceRecorded():
            stay = Stay(event.present_from, event.present_to)
            return replace(meeting, stays={**meeting.stays, event.person_id: stay})
        case MeetingOpened():
            return replace(meeting, status=Status.OPENED)
        case MeetingAdjournedForQuorum():
            return replace(meeting, status=Status.ADJOURNED, stays={})
        case VoteOpened() | BallotCast() | BallotReplaced() | VoteClosed() | VoteVoid():
            vote = _voted(meeting.votes.get(event.topic_id), event)
            return replace(meeting, votes={**meeting.votes, event.topic_id: vote})
        case MeetingClosed():
            due = dict(enumerate(event.minutes_due, 1))
            return replace(meeting, status=Status.CLOSED, minutes_due=due)
        case MinutesOverdue():
            left = {n: due for n, due in meeting.minutes_due.items() if n != event.n}
            return replace(meeting, minutes_due=left)
        case MinutesPublished():
            return replace(meeting, status=Status.MINUTES_PUBLISHED, minutes_due={})
        case MeetingCancelled():
            return replace(meeting, status=Status.CANCELLED)
        case _:
            assert_never(event)


def _voted(
    vote: Vote | None, event: VoteOpened | BallotCast | BallotReplaced | VoteClosed | VoteVoid
) -> Vote:
    if isinstance(event, VoteOpened):
        return Vote(event.chain_id, frozenset(event.recused_ids))
    assert vote is not None, "a vote begins with VoteOpened"
    match event:
        case BallotCast() | BallotReplaced():
            ballot = Ballot(event.n, event.choice, event.proxy_id)
            return replace(vote, ballots={**vote.ballots, event.voter_id: ballot}, cast=event.n)
        case VoteClosed():
            return replace(vote, status=VoteStatus.CLOSED)
        case VoteVoid():
            return replace(vote, status=VoteStatus.VOID)
        case _:
            assert_never(event)
