"""What somebody wants of a meeting 会议. The fields are the HTTP bodies."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command, Message
from linli_shared.text import Key, Text, Time
from pydantic import Field, PrivateAttr

from linli_meetings.meetings.events import Invitee
from linli_meetings.meetings.policy import Policy
from linli_meetings.meetings.terms import Choice, Kind
from linli_meetings.topics.commands import CONVENERS
from linli_meetings.topics.state import Topic

ANYONE: Final = frozenset({*CONVENERS, Role.STEWARD, Role.RESIDENT})
"""Who may sit in a meeting, and chair it."""


class GivenInvitee(Invitee, extra="forbid"):
    person_id: Key


class Presence(Message):
    """Since now, or as it is known already, and still there, where no time is given."""

    person_id: Key
    present_from: Time | None = None
    present_to: Time | None = None


class Mandate(Message):
    """A paper by which somebody lets another vote."""

    proxy_id: Key
    mandate_id: Key


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class PlanMeeting(Command, by=CONVENERS):
    """Whoever plans it chairs it, unless another is named."""

    estate_id: Key
    kind: Kind
    starts_at: Time
    hall_id: Key | None = None
    chair_id: Key | None = None
    invited: Annotated[tuple[GivenInvitee, ...], Field(min_length=1, max_length=2500)]
    agenda: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()

    _topics: Mapping[UUID, Topic | None] = PrivateAttr()


class IssueNotice(Governed, by=CONVENERS):
    """Of the date it was planned for, or of another."""

    starts_at: Time | None = None
    hall_id: Key | None = None


class RecordAttendance(Command, by=CONVENERS):
    present: Annotated[tuple[Presence, ...], Field(min_length=1, max_length=200)]


class OpenMeeting(Governed, by=ANYONE):
    pass


class AdjournForQuorum(Governed, by=ANYONE):
    """With the new date, when it is known: then it is noticed at once."""

    starts_at: Time | None = None
    hall_id: Key | None = None


class OpenVote(Command, by=ANYONE):
    topic_id: UUID
    recused_ids: Annotated[tuple[Key, ...], Field(max_length=200)] = ()

    _topic: Topic | None = PrivateAttr()


class CastBallot(Governed, by=ANYONE):
    """One's own, for somebody who has given a mandate, or, by a clerk, what a hand was raised for.
    `replace`: the one cast before does not count any more."""

    topic_id: UUID
    choice: Choice
    voter_id: Key | None = None
    mandate: Mandate | None = None
    replace: bool = False


class CloseVote(Governed, by=ANYONE):
    topic_id: UUID

    _topic: Topic | None = PrivateAttr()


class CloseMeeting(Governed, by=ANYONE):
    pass


class PublishMinutes(Command, by=CONVENERS):
    minutes_ref: Key


class AskForMinutes(Command, by={SYSTEM}):
    """They were to be published by `due`."""

    n: int
    due: Time


class CancelMeeting(Command, by=CONVENERS):
    reason: Text


MeetingCommand = (
    PlanMeeting
    | IssueNotice
    | RecordAttendance
    | OpenMeeting
    | AdjournForQuorum
    | OpenVote
    | CastBallot
    | CloseVote
    | CloseMeeting
    | PublishMinutes
    | AskForMinutes
    | CancelMeeting
)
