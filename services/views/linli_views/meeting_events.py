"""What the views read of `linli.meetings.v1` about topics and meetings. Who voted how, descriptions
and reasons are not read; a topic's title is in words for everybody."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from linli_views.facts import Read, kinds
from linli_views.resolution_events import Counted, Quorum


class OfTopic(Read, service="meetings", key="topic_id"):
    topic_id: UUID
    chain_id: UUID
    case_ids: tuple[UUID, ...]


class TopicProposed(OfTopic):
    title: str
    origin: str
    co_signer_ids: tuple[str, ...]
    follow_up_of: UUID | None = None


class CaseLinked(OfTopic, called="CaseLinkedToTopic"):
    case_id: UUID


class TopicScreened(OfTopic):
    regime: str


class TopicScheduled(OfTopic):
    meeting_id: UUID


class TopicReturned(OfTopic):
    meeting_id: UUID
    cause: str


class TopicDeliberated(OfTopic):
    meeting_id: UUID


class TopicVoted(OfTopic):
    meeting_id: UUID


class TopicAdopted(OfTopic):
    resolution_id: UUID


class TopicRejected(OfTopic):
    resolution_id: UUID


class TopicDeferred(OfTopic):
    cause: str


class TopicWithdrawn(OfTopic):
    pass


class There(BaseModel):
    """Who was there, for a sentence."""

    quorum: Quorum

    @property
    def invited(self) -> int:
        return self.quorum.invited

    @property
    def present(self) -> int:
        return self.quorum.present


class OfMeeting(Read, service="meetings", key="meeting_id"):
    meeting_id: UUID
    meeting_kind: str = Field(alias="kind")


class Invitee(BaseModel):
    person_id: str
    party: str


class MeetingPlanned(OfMeeting):
    starts_at: AwareDatetime
    hall_id: str | None = None
    chair_id: str
    invited: tuple[Invitee, ...]
    agenda: tuple[UUID, ...]


class MeetingNoticed(OfMeeting):
    n: int
    starts_at: AwareDatetime
    hall_id: str | None = None
    topic_ids: tuple[UUID, ...]


class AttendanceRecorded(OfMeeting):
    pass


class MeetingOpened(OfMeeting, There):
    pass


class MeetingAdjournedForQuorum(OfMeeting, There):
    topic_ids: tuple[UUID, ...]


class OfVote(OfMeeting):
    topic_id: UUID
    chain_id: UUID


class VoteOpened(OfVote):
    title: str
    regime: str


class BallotCast(OfVote):
    n: int


class BallotReplaced(OfVote):
    n: int
    replaces: int


class VoteClosed(OfVote, Counted):
    resolution_id: UUID


class VoteVoid(OfVote):
    reason: str


class MeetingClosed(OfMeeting):
    minutes_due: tuple[AwareDatetime, ...]


class MinutesOverdue(OfMeeting):
    n: int


class MinutesPublished(OfMeeting):
    minutes_ref: str


class MeetingCancelled(OfMeeting):
    pass


OF_TOPICS: Final = list(kinds(OfTopic))
OF_MEETINGS: Final = list(kinds(OfMeeting))
