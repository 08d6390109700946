"""What the views read of `linli.cases.v1`."""

from typing import Final
from uuid import UUID

from linli_sealed.fields import SealedText
from pydantic import AwareDatetime, BaseModel

from linli_views import facts
from linli_views.sla import Sla


class Read(facts.Read, service="cases"):
    """Of a case or of a dispute."""


class RuleOverridden(Read, key="subject_id"):
    """Of a case or of a dispute."""

    subject_id: UUID
    rule_code: str


class OfCase(Read, key="case_id"):
    case_id: UUID
    kind: str
    chain_id: UUID | None = None


class Place(BaseModel):
    building_id: str | None = None
    unit_id: str | None = None
    public_area: str | None = None


class Near(BaseModel):
    case_id: UUID
    score_bp: int


class CaseOpened(OfCase):
    case_no: str
    reporter_id: str
    service_code: str
    title: SealedText
    place: Place = Place()
    channel: str
    priority: str
    sla: Sla | None = None
    review_due: AwareDatetime | None = None


class DuplicateSuspected(OfCase):
    candidates: tuple[Near, ...]


class CaseAcknowledged(OfCase):
    pass


class CaseRejected(OfCase):
    reason: str


class CaseMerged(OfCase):
    into: UUID


class CaseAssigned(OfCase):
    assignee_id: str


class WorkStarted(OfCase):
    pass


class ReporterAnswered(OfCase):
    channel: str


class CaseSuspended(OfCase):
    wait_for: str
    paused: bool = False


class CaseReferredToDeliberation(OfCase):
    topic_id: UUID | None = None
    paused: bool = False


class CaseLinkedToTopic(OfCase):
    topic_id: UUID | None = None


class DeliberationEnded(OfCase):
    cause: str
    resolution_id: UUID | None = None


class CaseResumed(OfCase):
    cause: str
    sla: Sla | None = None


class CaseTransferred(OfCase):
    pass


class EvidenceAdded(OfCase):
    evidence_id: UUID
    stage: str


class SlaWarningIssued(OfCase):
    clock: str


class SlaBreached(OfCase):
    clock: str


class CaseResolved(OfCase):
    resolution_id: UUID | None = None


class CaseClosed(OfCase):
    confirmed_by: str
    visit_due: AwareDatetime | None = None


class CaseReopened(OfCase):
    cause: str
    n: int
    review_due: AwareDatetime | None = None


class CaseEscalated(OfCase):
    level: int
    cause: str


class EscalationAcknowledged(OfCase):
    level: int


class CaseWithdrawn(OfCase):
    pass


class ReporterNoted(OfCase):
    channel: str


class RatingAnswered(OfCase):
    pass


class ReturnVisitDue(OfCase):
    due: AwareDatetime


class ReturnVisitRecorded(OfCase):
    n: int
    reached: bool
    solved: bool | None = None


class Milestone(BaseModel):
    milestone_no: int
    due_at: AwareDatetime


class MilestonesPlanned(OfCase):
    n: int
    milestones: tuple[Milestone, ...]

    @property
    def count(self) -> int:
        return len(self.milestones)


class MilestoneReached(OfCase):
    milestone_no: int


class MilestoneMissed(OfCase):
    milestone_no: int
    due_at: AwareDatetime


class MatterReviewed(OfCase):
    n: int
    next_due: AwareDatetime


class ReviewMissed(OfCase):
    due: AwareDatetime
    next_due: AwareDatetime


class CaseRated(OfCase):
    score: int
    solved: bool


class CaseFieldRevealed(Read, key="disclosure_id"):
    disclosure_id: UUID
    case_id: UUID
    person_id: str
    field: str
    reason: SealedText


def subject(event: Read) -> UUID:
    """The case or dispute that it is a fact of."""
    return event.about


OF_CASES: Final = [m for m in OfCase.__subclasses__() if m is not CaseOpened]
"""All that come after the first event of a case."""
