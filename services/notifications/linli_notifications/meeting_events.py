"""What notifications read of `linli.meetings.v1`: who is concerned and when, and of texts only the
title of a topic, which is in words for everybody."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from linli_notifications.events import Read


class OfTopic(Read, service="meetings", place="topics"):
    topic_id: UUID

    @property
    def thread_id(self) -> UUID:
        return self.topic_id


class TopicProposed(OfTopic):
    co_signer_ids: tuple[str, ...]


class OfMeeting(Read, service="meetings", place="meetings"):
    meeting_id: UUID

    @property
    def thread_id(self) -> UUID:
        return self.meeting_id


class MeetingPlanned(OfMeeting):
    chair_id: str


class MeetingNoticed(OfMeeting):
    n: int
    starts_at: AwareDatetime
    invited_ids: tuple[str, ...]


class MeetingCancelled(OfMeeting):
    pass


class VoteOpened(OfMeeting):
    title: str
    recused_ids: tuple[str, ...]


class MinutesOverdue(OfMeeting):
    pass


class MinutesPublished(OfMeeting):
    pass


class OfResolution(Read, service="meetings", place="resolutions"):
    resolution_id: UUID

    @property
    def thread_id(self) -> UUID:
        return self.resolution_id


class Result(BaseModel):
    title: str
    chair_id: str


class OfResult(OfResolution):
    """The first fact of a resolution."""

    topic_id: UUID
    meeting_id: UUID
    result: Result

    @property
    def title(self) -> str:
        return self.result.title


class ResolutionAdopted(OfResult):
    pass


class ResolutionRejected(OfResult):
    pass


class ResolutionPublicised(OfResolution):
    until: AwareDatetime


class ActionAssigned(OfResolution):
    owner_id: str
    due_at: AwareDatetime


class ActionOverdue(OfResolution):
    owner_id: str
    due_at: AwareDatetime


class EvaluationScheduled(OfResolution):
    n: int
    due_at: AwareDatetime


class EvaluationMissed(OfResolution):
    n: int


class ResolutionOverturned(OfResolution):
    title: str
