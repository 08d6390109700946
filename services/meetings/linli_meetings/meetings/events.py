"""What can happen to a meeting 会议. Ballots are open: secret ones are not offered yet."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfMatter, Public
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from linli_meetings.meetings.terms import Choice, Kind
from linli_meetings.results import Quorum, Result
from linli_meetings.terms import Party, Regime


class Invitee(Value):
    person_id: str
    party: Party


class OfMeeting(BaseModel):
    """What every event of a meeting says of it, so that no reader has to look elsewhere."""

    model_config = ConfigDict(serialize_by_alias=True)

    meeting_id: UUID
    meeting_kind: Kind = Field(alias="kind")  # in Python `Event.kind` is the name on the wire
    by_id: str
    """Whoever did it."""


class OfVote(OfMeeting):
    topic_id: UUID
    chain_id: UUID


class MeetingPlanned(OfMeeting, Event, kind="linli.meetings.MeetingPlanned.v1"):
    """筹备. `agenda` are topics."""

    starts_at: AwareDatetime
    hall_id: str | None = None
    chair_id: str
    invited: tuple[Invitee, ...]
    agenda: tuple[UUID, ...]


class MeetingNoticed(OfMeeting, Event, kind="linli.meetings.MeetingNoticed.v1"):
    """通知, of the first date (`n` is 1) or of a new one: one message to each of `invited_ids`."""

    n: int
    starts_at: AwareDatetime
    hall_id: str | None = None
    invited_ids: tuple[str, ...]
    topic_ids: tuple[UUID, ...]
    """What is still to be deliberated."""
    policy_version: str


class AttendanceRecorded(OfMeeting, Event, kind="linli.meetings.AttendanceRecorded.v1"):
    """签到, 离场. A guest, who was not invited, is of no party and counts for no quorum."""

    person_id: str
    party: Party | None
    present_from: AwareDatetime
    present_to: AwareDatetime | None = None


class MeetingOpened(OfMeeting, Event, kind="linli.meetings.MeetingOpened.v1"):
    """开会."""

    quorum: Quorum
    policy_version: str


class MeetingAdjournedForQuorum(
    OfMeeting, Event, kind="linli.meetings.MeetingAdjournedForQuorum.v1"
):
    """休会. `topic_ids` wait for the new date."""

    quorum: Quorum
    topic_ids: tuple[UUID, ...]


class VoteOpened(OfVote, Event, kind="linli.meetings.VoteOpened.v1"):
    """`recused_ids` would benefit directly and do not vote."""

    title: Public
    regime: Regime
    recused_ids: tuple[str, ...]


class BallotCast(OfVote, Event, kind="linli.meetings.BallotCast.v1"):
    """`n` counts the ballots of the vote, replaced ones too; `proxy_id` voted for `voter_id` and
    holds the mandate."""

    n: int
    voter_id: str
    party: Party
    choice: Choice
    proxy_id: str | None = None
    mandate_id: str | None = None


class BallotReplaced(OfVote, Event, kind="linli.meetings.BallotReplaced.v1"):
    """The `n`th ballot counts and the one of number `replaces` does not any more."""

    n: int
    voter_id: str
    party: Party
    choice: Choice
    replaces: int
    proxy_id: str | None = None
    mandate_id: str | None = None


class VoteClosed(OfVote, Event, kind="linli.meetings.VoteClosed.v1"):
    """A resolution is declared of `result`, under the id `resolution_id`."""

    resolution_id: UUID
    result: Result


class VoteVoid(OfVote, Event, kind="linli.meetings.VoteVoid.v1"):
    """There is no result: `reason` is QUORUM_LOST."""

    reason: str


class MeetingClosed(OfMeeting, Event, kind="linli.meetings.MeetingClosed.v1"):
    """散会. `topic_ids` were not voted on."""

    topic_ids: tuple[UUID, ...]
    minutes_due: tuple[AwareDatetime, ...]


class MinutesOverdue(OfMeeting, Event, kind="linli.meetings.MinutesOverdue.v1"):
    """The `n`th time that the minutes are missed."""

    n: int
    due_at: AwareDatetime
    chair_id: str


class MinutesPublished(OfMeeting, Event, kind="linli.meetings.MinutesPublished.v1"):
    """会议纪要."""

    minutes_ref: str


class MeetingCancelled(OfMeeting, Event, kind="linli.meetings.MeetingCancelled.v1"):
    """`topic_ids` wait for another meeting."""

    reason: Annotated[str, OfMatter("meeting_id")]
    topic_ids: tuple[UUID, ...]
    invited_ids: tuple[str, ...]


MeetingEvent = (
    MeetingPlanned
    | MeetingNoticed
    | AttendanceRecorded
    | MeetingOpened
    | MeetingAdjournedForQuorum
    | VoteOpened
    | BallotCast
    | BallotReplaced
    | VoteClosed
    | VoteVoid
    | MeetingClosed
    | MinutesOverdue
    | MinutesPublished
    | MeetingCancelled
)
