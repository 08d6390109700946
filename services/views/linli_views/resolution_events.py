"""What the views read of `linli.meetings.v1` about results, resolutions and actions."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from linli_views.facts import Read, kinds


class Tally(BaseModel):
    in_favour: int
    against: int
    abstained: int


class Quorum(BaseModel):
    """`need` is 0 where only the parties count."""

    invited: int
    present: int
    need: int


class Result(BaseModel):
    title: str
    chair_id: str
    tally: Tally
    quorum: Quorum
    adopted: bool


class Counted(BaseModel):
    """What a result says, for a sentence."""

    result: Result

    @property
    def title(self) -> str:
        return self.result.title

    @property
    def chair_id(self) -> str:
        return self.result.chair_id

    @property
    def in_favour(self) -> int:
        return self.result.tally.in_favour

    @property
    def against(self) -> int:
        return self.result.tally.against

    @property
    def abstained(self) -> int:
        return self.result.tally.abstained


class OfResolution(Read, service="meetings", key="resolution_id"):
    resolution_id: UUID
    topic_id: UUID
    chain_id: UUID
    case_ids: tuple[UUID, ...]


class OfResult(OfResolution, Counted):
    """The first fact of a resolution."""

    meeting_id: UUID


class ResolutionAdopted(OfResult):
    pass


class ResolutionRejected(OfResult):
    pass


class ResolutionPublicised(OfResolution):
    until: AwareDatetime


class ResolutionIdle(OfResolution):
    pass


class OfAction(OfResolution):
    action_id: int
    owner_id: str
    owner_role: str


class ActionAssigned(OfAction):
    due_at: AwareDatetime


class ActionStarted(OfAction):
    pass


class ActionOverdue(OfAction):
    pass


class ActionCompleted(OfAction):
    pass


class ActionVerified(OfAction):
    pass


class ResolutionExecuted(OfResolution):
    pass


class EvaluationScheduled(OfResolution):
    n: int
    due_at: AwareDatetime


class EvaluationMissed(OfResolution):
    n: int
    to_role: str


class Scores(BaseModel):
    """In tenths: 10 (worst) to 50."""

    owners: int
    property: int
    community: int


class ResolutionEvaluated(OfResolution):
    verdict: str
    scores: Scores
    chair_id: str
    scheduled: tuple[int, ...]

    @property
    def owners(self) -> str:
        return _points(self.scores.owners)

    @property
    def company(self) -> str:
        return _points(self.scores.property)

    @property
    def community(self) -> str:
        return _points(self.scores.community)


class ResolutionOverturned(OfResolution):
    follow_up_topic_id: UUID


def _points(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


OF_RESOLUTIONS: Final = list(kinds(OfResolution))
