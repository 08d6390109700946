"""What notifications read of facts, here `linli.cases.v1`: who is concerned, and no free text."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Read(BaseModel):
    """`wire` is the event's type on the wire, of `service`; `by_id` is whoever did it. `place` is
    where its thing is shown."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: ClassVar[str] = "cases"
    place: ClassVar[str]
    wire: ClassVar[str]

    occurred_at: AwareDatetime
    by_id: str = ""

    def __init_subclass__(cls, service: str = "", place: str = "", **kw: Any) -> None:
        super().__init_subclass__(**kw)
        cls.service = service or cls.service
        cls.place = place or getattr(cls, "place", "")
        cls.wire = f"linli.{cls.service}.{cls.__name__}.v1"

    @property
    def thread_id(self) -> UUID:
        """What it is a fact of."""
        raise NotImplementedError


class OfCase(Read, place="cases"):
    case_id: UUID
    reporter_id: str

    @property
    def thread_id(self) -> UUID:
        return self.case_id


class CaseOpened(OfCase):
    case_no: str


class CaseAcknowledged(OfCase):
    pass


class CaseRejected(OfCase):
    reason: str


class CaseMerged(OfCase):
    into: UUID


class CaseAssigned(OfCase):
    assignee_id: str
    previous_id: str | None = None


class ReporterAnswered(OfCase):
    pass


class SlaWarningIssued(OfCase):
    clock: str
    due: AwareDatetime


class SlaBreached(OfCase):
    clock: str


class CaseEscalated(OfCase):
    level: int
    cause: str
    holder_ids: tuple[str, ...] = ()


class ReporterNoted(OfCase):
    pass


class MilestoneMissed(OfCase):
    due_at: AwareDatetime


class ReviewMissed(OfCase):
    due: AwareDatetime


class RatingAnswered(OfCase):
    pass


class ReturnVisitDue(OfCase):
    due: AwareDatetime


class CaseResolved(OfCase):
    confirm_due: AwareDatetime | None = None


class CaseClosed(OfCase):
    confirmed_by: str


class CaseReopened(OfCase):
    n: int


class CaseWithdrawn(OfCase):
    pass


class OfDispute(Read, place="disputes"):
    dispute_id: UUID

    @property
    def thread_id(self) -> UUID:
        return self.dispute_id


class Party(BaseModel):
    person_id: str


class DisputeFiled(OfDispute):
    parties: tuple[Party, ...]


class DisputeAccepted(OfDispute):
    pass


class MediationDeclined(OfDispute):
    pass


class MediatorAssigned(OfDispute):
    mediator_id: str


class MediatorRecused(OfDispute):
    coordinator_id: str | None = None


class ContactOverdue(OfDispute):
    pass


class MediationOverdue(OfDispute):
    due: AwareDatetime


class MediationDeadlineExtended(OfDispute):
    mediate_by: AwareDatetime


class JudicialConfirmationDue(OfDispute):
    confirm_by: AwareDatetime


class DisputeMediated(OfDispute):
    pass


class AgreementPerformed(OfDispute):
    pass


class AgreementBreached(OfDispute):
    pass


class DisputeWithdrawn(OfDispute):
    pass
