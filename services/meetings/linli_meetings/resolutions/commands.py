"""What somebody wants of a resolution 决议. The fields are the HTTP bodies."""

from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command, Message
from linli_shared.text import Key, Line, Text, Time
from pydantic import Field, PrivateAttr

from linli_meetings.resolutions.policy import Policy
from linli_meetings.resolutions.terms import Verdict
from linli_meetings.results import Result
from linli_meetings.topics.commands import CONVENERS, STEWARDS

STAFF: Final = frozenset({*STEWARDS, *CONVENERS})
Tenths = Annotated[int, Field(ge=10, le=50)]


class GivenScores(Message):
    """Means of what each party's people said, in tenths: 10 (worst) to 50."""

    owners: Tenths | None = None
    property: Tenths | None = None
    community: Tenths | None = None


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class BringResult(Command, by={SYSTEM}):
    """What the meeting has told of its closed vote."""

    estate_id: Key
    meeting_id: UUID
    topic_id: UUID
    result: Result


class PublishResolution(Governed, by={*CONVENERS, SYSTEM}):
    pass


class FindIdle(Command, by={SYSTEM}):
    """Somebody was to have something to do by `due`."""

    due: Time


class AssignAction(Command, by={*CONVENERS, SYSTEM}):
    duty: Line
    owner_id: Key
    owner_role: Role
    due_at: Time


class StartAction(Command, by=STAFF):
    action_id: int


class FindOverdue(Command, by={SYSTEM}):
    """The action was to be done by `due`."""

    action_id: int
    due: Time


class CompleteAction(Command, by=STAFF):
    action_id: int
    evidence_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    note: Text | None = None


class VerifyAction(Governed, by=STAFF):
    action_id: int


class ScheduleEvaluation(Governed, by={Role.ESTATE_MANAGER, Role.COMMUNITY_OFFICER, SYSTEM}):
    """Another one, or another date of the `n`th."""

    due_at: Time
    n: int | None = None


class FindMissed(Command, by={SYSTEM}):
    """The `n`th evaluation was to be held by `due`."""

    n: int
    due: Time


class RecordEvaluation(Governed, by=CONVENERS):
    verdict: Verdict
    scores: GivenScores
    reason: Text
    chair_id: Key


ResolutionCommand = (
    BringResult
    | PublishResolution
    | FindIdle
    | AssignAction
    | StartAction
    | FindOverdue
    | CompleteAction
    | VerifyAction
    | ScheduleEvaluation
    | FindMissed
    | RecordEvaluation
)
