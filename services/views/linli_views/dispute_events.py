"""What the views read of disputes in `linli.cases.v1`."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from linli_views.events import Read


class OfDispute(Read, key="dispute_id"):
    dispute_id: UUID
    category: str


class Party(BaseModel):
    person_id: str
    unit_id: str
    side: str


class DisputeFiled(OfDispute):
    parties: tuple[Party, ...]
    filing_side: str
    origin_case_id: UUID | None = None


class ContactAttempted(OfDispute):
    side: str
    n: int


class ContactExhausted(OfDispute):
    side: str


class MediationConsentRecorded(OfDispute):
    side: str


class MediationDeclined(OfDispute):
    pass


class DisputeAccepted(OfDispute):
    mediate_by: AwareDatetime | None = None


class MediatorAssigned(OfDispute):
    mediator_id: str
    body: str


class RightsNoticeGiven(OfDispute):
    pass


class MediationSessionHeld(OfDispute):
    n: int
    mode: str


class MediatorChallenged(OfDispute):
    side: str


class MediatorRecused(OfDispute):
    cause: str


class DisputeMediated(OfDispute):
    outcome: str
    terms: tuple[object, ...] = ()  # to be counted, never shown
    confirm_by: AwareDatetime | None = None


class PrivateNoteWritten(OfDispute):
    pass


class ContactOverdue(OfDispute):
    pass


class MediationOverdue(OfDispute):
    pass


class MediationDeadlineExtended(OfDispute):
    mediate_by: AwareDatetime


class JudicialConfirmationDue(OfDispute):
    confirm_by: AwareDatetime


class DisputeReferred(OfDispute):
    to: str


class TermPerformed(OfDispute):
    term_id: int


class AgreementPerformed(OfDispute):
    pass


class AgreementBreached(OfDispute):
    pass


class DisputeWithdrawn(OfDispute):
    pass


OF_DISPUTES: Final = [m for m in OfDispute.__subclasses__() if m is not DisputeFiled]
"""All that come after the first event of a dispute."""
