"""What can happen to a dispute 邻里纠纷. What it is about and what was agreed is
about several people, and sealed for the dispute."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from linli_sealed.fields import OfMatter, OfWords
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime, BaseModel

from linli_cases.disputes.terms import (
    Body,
    Category,
    Forum,
    Interest,
    Mode,
    Outcome,
    Side,
    Tie,
)
from linli_cases.overrides import RuleOverridden

Theirs: TypeAlias = Annotated[str, OfMatter("dispute_id")]


class Party(Value):
    person_id: str
    unit_id: str
    side: Side


class Term(Value):
    """One duty of an agreement; `term_id` counts from 1. An oral one may lack anything."""

    term_id: int
    obligor_id: str | None = None
    duty: Theirs | None = None
    place: Theirs | None = None
    due_at: AwareDatetime | None = None


class OfDispute(BaseModel):
    """What every event of a dispute says of it, so that no reader has to look elsewhere."""

    dispute_id: UUID
    category: Category
    by_id: str
    """Whoever did it."""


class DisputeFiled(OfDispute, Event, kind="linli.cases.DisputeFiled.v1"):
    """申请."""

    parties: tuple[Party, ...]
    filing_side: Side
    matter: Theirs
    origin_case_id: UUID | None = None
    policy_version: str
    contact_by: AwareDatetime | None = None
    """By then both sides are to have been reached."""


class ContactAttempted(OfDispute, Event, kind="linli.cases.ContactAttempted.v1"):
    """`n`: how often in a row that side was not reached, this time counted."""

    side: Side
    reached: bool
    n: int


class ContactExhausted(OfDispute, Event, kind="linli.cases.ContactExhausted.v1"):
    """Calling is no use: somebody has to go and see that side."""

    side: Side
    n: int


class MediationConsentRecorded(OfDispute, Event, kind="linli.cases.MediationConsentRecorded.v1"):
    side: Side


class MediationDeclined(OfDispute, Event, kind="linli.cases.MediationDeclined.v1"):
    """不同意调解: it ends before a session and is not counted as mediated."""

    side: Side


class DisputeAccepted(OfDispute, Event, kind="linli.cases.DisputeAccepted.v1"):
    """受理: both sides consent. Mediation is to be over by `mediate_by`: a month (rules on people's
    mediation work, art. 33)."""

    mediate_by: AwareDatetime | None = None


class MediatorAssigned(OfDispute, Event, kind="linli.cases.MediatorAssigned.v1"):
    """指派."""

    mediator_id: str
    body: Body
    declared: tuple[Interest, ...] = ()


class RightsNoticeGiven(OfDispute, Event, kind="linli.cases.RightsNoticeGiven.v1"):
    """权利义务告知."""

    mediator_id: str


class MediationSessionHeld(OfDispute, Event, kind="linli.cases.MediationSessionHeld.v1"):
    """The `n`th session; `attended` are persons, parties or not."""

    n: int
    mediator_id: str
    starts_at: AwareDatetime
    mode: Mode
    attended: tuple[str, ...]
    caucus: bool


class MediatorChallenged(OfDispute, Event, kind="linli.cases.MediatorChallenged.v1"):
    """申请回避."""

    mediator_id: str
    side: Side
    reason: Theirs


class MediatorRecused(OfDispute, Event, kind="linli.cases.MediatorRecused.v1"):
    """回避: another mediator is needed."""

    mediator_id: str
    cause: Literal["challenged", "conflict"]
    tie: Tie | None = None
    """What was found, where Linli itself did."""
    interest: Interest | None = None
    coordinator_id: str | None = None
    """Whoever assigned that mediator: another one is theirs to find."""


class DisputeMediated(OfDispute, Event, kind="linli.cases.DisputeMediated.v1"):
    """A mediation was concluded, settled or not: the headline figure counts these.

    A written agreement takes effect when the parties and the mediator have signed and the
    committee's seal is on it, an oral one is recorded by the mediator (People's Mediation Law arts.
    28, 29). `confirm_by`: until when both sides may ask the court to confirm it (art. 33).
    """

    outcome: Outcome
    body: Body
    mediator_id: str
    terms: tuple[Term, ...] = ()
    signed_by: tuple[str, ...] = ()
    seal_ref: str | None = None
    confirm_by: AwareDatetime | None = None


class PrivateNoteWritten(OfDispute, Event, kind="linli.cases.PrivateNoteWritten.v1"):
    """调解员私人笔记: sealed for the mediator, and shown to nobody else."""

    mediator_id: str
    note: Annotated[str, OfWords("mediator_id")]


class ContactOverdue(OfDispute, Event, kind="linli.cases.ContactOverdue.v1"):
    """Not every side has answered in time: somebody has to see to it."""

    sides: tuple[Side, ...]
    due: AwareDatetime


class MediationOverdue(OfDispute, Event, kind="linli.cases.MediationOverdue.v1"):
    """调解期限届满: it goes on, or is concluded; or both sides give it more time."""

    due: AwareDatetime


class MediationDeadlineExtended(OfDispute, Event, kind="linli.cases.MediationDeadlineExtended.v1"):
    """延长调解期限: once, and both sides agree."""

    mediate_by: AwareDatetime
    document_ids: tuple[str, ...]


class JudicialConfirmationDue(OfDispute, Event, kind="linli.cases.JudicialConfirmationDue.v1"):
    """司法确认提醒: both sides together may ask the court until `confirm_by`."""

    confirm_by: AwareDatetime


class DisputeReferred(OfDispute, Event, kind="linli.cases.DisputeReferred.v1"):
    to: Forum


class TermPerformed(OfDispute, Event, kind="linli.cases.TermPerformed.v1"):
    term_id: int
    evidence_ids: tuple[str, ...] = ()


class AgreementPerformed(OfDispute, Event, kind="linli.cases.AgreementPerformed.v1"):
    """履行: every term is done."""


class AgreementBreached(OfDispute, Event, kind="linli.cases.AgreementBreached.v1"):
    """A term was not done by its due time: a steward goes and sees."""

    term_id: int
    due_at: AwareDatetime


class DisputeWithdrawn(OfDispute, Event, kind="linli.cases.DisputeWithdrawn.v1"):
    """撤回."""

    sides: tuple[Side, ...]
    document_ids: tuple[str, ...] = ()
    reason: Theirs | None = None


DisputeEvent = (
    DisputeFiled
    | ContactAttempted
    | ContactExhausted
    | MediationConsentRecorded
    | MediationDeclined
    | DisputeAccepted
    | RuleOverridden
    | MediatorAssigned
    | RightsNoticeGiven
    | MediationSessionHeld
    | MediatorChallenged
    | MediatorRecused
    | DisputeMediated
    | DisputeReferred
    | TermPerformed
    | AgreementPerformed
    | AgreementBreached
    | DisputeWithdrawn
    | PrivateNoteWritten
    | ContactOverdue
    | MediationOverdue
    | MediationDeadlineExtended
    | JudicialConfirmationDue
)
