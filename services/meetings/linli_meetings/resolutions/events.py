"""What can happen to a resolution 决议 and its actions 办事."""

from typing import Annotated
from uuid import UUID

from linli_language.roles import Role
from linli_sealed.fields import OfMatter, Public
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime, BaseModel

from linli_meetings.resolutions.terms import Verdict
from linli_meetings.results import Result


class Scores(Value):
    """Of each party, in tenths: 10 (worst) to 50."""

    owners: int
    property: int
    community: int


class OfResolution(BaseModel):
    """What every event of a resolution says of it, so that no reader has to look elsewhere."""

    resolution_id: UUID
    topic_id: UUID
    chain_id: UUID
    case_ids: tuple[UUID, ...]
    """The cases it decides on."""
    by_id: str
    """Whoever did it."""


class OfAction(OfResolution):
    action_id: int
    """Counts from 1 within its resolution."""
    owner_id: str
    owner_role: Role


class ResolutionAdopted(OfResolution, Event, kind="linli.meetings.ResolutionAdopted.v1"):
    """通过."""

    meeting_id: UUID
    result: Result


class ResolutionRejected(OfResolution, Event, kind="linli.meetings.ResolutionRejected.v1"):
    """未通过: its cases go on without it."""

    meeting_id: UUID
    result: Result


class ResolutionPublicised(OfResolution, Event, kind="linli.meetings.ResolutionPublicised.v1"):
    """公示: nothing of it is carried out before `until`; nobody given anything to do by `idle_at`
    leaves it idle."""

    until: AwareDatetime
    idle_at: AwareDatetime
    policy_version: str


class ResolutionIdle(OfResolution, Event, kind="linli.meetings.ResolutionIdle.v1"):
    """Nobody has been given anything to do."""

    publicised_until: AwareDatetime


class ActionAssigned(OfAction, Event, kind="linli.meetings.ActionAssigned.v1"):
    """派办."""

    duty: Annotated[str, OfMatter("resolution_id")]
    due_at: AwareDatetime


class ActionStarted(OfAction, Event, kind="linli.meetings.ActionStarted.v1"):
    """The first one carries the resolution into execution."""


class ActionOverdue(OfAction, Event, kind="linli.meetings.ActionOverdue.v1"):
    """逾期: not done by its due; it can still be."""

    due_at: AwareDatetime


class ActionCompleted(OfAction, Event, kind="linli.meetings.ActionCompleted.v1"):
    """办结."""

    evidence_ids: tuple[str, ...]
    note: Annotated[str, OfMatter("resolution_id")] | None = None


class ActionVerified(OfAction, Event, kind="linli.meetings.ActionVerified.v1"):
    """核验."""


class ResolutionExecuted(OfResolution, Event, kind="linli.meetings.ResolutionExecuted.v1"):
    """Every action is verified: the cases can go on, with this evidence."""

    evidence_ids: tuple[str, ...]


class EvaluationScheduled(OfResolution, Event, kind="linli.meetings.EvaluationScheduled.v1"):
    """The `n`th; missed when there is none by `missed_at`."""

    n: int
    due_at: AwareDatetime
    missed_at: AwareDatetime


class EvaluationMissed(OfResolution, Event, kind="linli.meetings.EvaluationMissed.v1"):
    """Nobody evaluated: the estate manager hears of it."""

    n: int
    due_at: AwareDatetime
    to_role: Role


class ResolutionEvaluated(OfResolution, Event, kind="linli.meetings.ResolutionEvaluated.v1"):
    """定期评事. `scheduled` are those evaluations that this one is."""

    verdict: Verdict
    scores: Scores
    reason: Public
    chair_id: str
    scheduled: tuple[int, ...]
    evidence_ids: tuple[str, ...]


class ResolutionOverturned(OfResolution, Event, kind="linli.meetings.ResolutionOverturned.v1"):
    """推翻: its cases are taken up again, and the topic `follow_up_topic_id` is proposed."""

    reason: Public
    title: Public
    follow_up_topic_id: UUID


ResolutionEvent = (
    ResolutionAdopted
    | ResolutionRejected
    | ResolutionPublicised
    | ResolutionIdle
    | ActionAssigned
    | ActionStarted
    | ActionOverdue
    | ActionCompleted
    | ActionVerified
    | ResolutionExecuted
    | EvaluationScheduled
    | EvaluationMissed
    | ResolutionEvaluated
    | ResolutionOverturned
)
