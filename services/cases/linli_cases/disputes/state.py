"""What the rules of a dispute 邻里纠纷 need to know of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from linli_cases.disputes.events import (
    AgreementBreached,
    AgreementPerformed,
    ContactAttempted,
    ContactExhausted,
    ContactOverdue,
    DisputeAccepted,
    DisputeEvent,
    DisputeFiled,
    DisputeMediated,
    DisputeReferred,
    DisputeWithdrawn,
    JudicialConfirmationDue,
    MediationConsentRecorded,
    MediationDeadlineExtended,
    MediationDeclined,
    MediationOverdue,
    MediationSessionHeld,
    MediatorAssigned,
    MediatorChallenged,
    MediatorRecused,
    Party,
    PrivateNoteWritten,
    RightsNoticeGiven,
    TermPerformed,
)
from linli_cases.disputes.terms import Body, Category, Interest, Outcome, Side, Status
from linli_cases.overrides import RuleOverridden


@dataclass(frozen=True, slots=True)
class Note:
    """`text` is sealed."""

    mediator_id: str
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Dispute:
    category: Category
    sides: Mapping[str, Side]
    """Of every party, by person."""
    filing_side: Side
    status: Status = Status.FILED
    unreached: Mapping[Side, int] = field(default_factory=dict)
    consented: frozenset[Side] = frozenset()
    mediator_id: str = ""
    assigned_by: str = ""
    waived: frozenset[Interest] = frozenset()
    """Both: of the present mediator."""
    body: Body = Body.INFORMAL
    rights_notice_given: bool = False
    sessions: int = 0
    open_terms: Mapping[int, datetime | None] = field(default_factory=dict)
    """Those that are not done, and when each is overdue; nothing where that was said already."""
    parties: tuple[Party, ...] = ()
    contact_by: datetime | None = None
    mediate_by: datetime | None = None
    """Both: until it was said that they are past."""
    accepted_until: datetime | None = None
    """By when mediation is to be over, also where that is past."""
    extended: bool = False
    confirm_by: datetime | None = None
    notes: tuple[Note, ...] = ()


def evolve(dispute: Dispute | None, event: DisputeEvent) -> Dispute:
    if isinstance(event, DisputeFiled):
        sides = {party.person_id: party.side for party in event.parties}
        by = event.contact_by
        return Dispute(
            event.category, sides, event.filing_side, parties=event.parties, contact_by=by
        )
    assert dispute is not None, "a stream begins with DisputeFiled"
    match event:
        case ContactAttempted():
            return replace(dispute, unreached={**dispute.unreached, event.side: event.n})
        case MediationConsentRecorded():
            return replace(dispute, consented=dispute.consented | {event.side})
        case MediationDeclined():
            return replace(dispute, status=Status.DECLINED, contact_by=None)
        case DisputeAccepted():
            return _accepted(dispute, event)
        case MediatorAssigned():
            return _assigned(dispute, event)
        case RightsNoticeGiven():
            return replace(dispute, rights_notice_given=True)
        case MediationSessionHeld():
            return replace(dispute, status=Status.IN_SESSION, sessions=event.n)
        case MediatorRecused():
            return replace(dispute, status=Status.ACCEPTED, mediator_id="", assigned_by="")
        case DisputeMediated():
            return _mediated(dispute, event)
        case TermPerformed():
            left = {n: due for n, due in dispute.open_terms.items() if n != event.term_id}
            return replace(dispute, open_terms=left)
        case AgreementPerformed():
            return replace(dispute, status=Status.PERFORMED)
        case AgreementBreached():
            said = {**dispute.open_terms, event.term_id: None}
            return replace(dispute, status=Status.BREACHED, open_terms=said)
        case DisputeWithdrawn():
            return replace(dispute, status=Status.WITHDRAWN, contact_by=None, mediate_by=None)
        case _:
            return _beside(dispute, event)


def _assigned(dispute: Dispute, event: MediatorAssigned) -> Dispute:
    there = replace(dispute, status=Status.MEDIATOR_ASSIGNED, mediator_id=event.mediator_id)
    waived = frozenset(event.declared)
    return replace(there, body=event.body, assigned_by=event.by_id, waived=waived)


def _accepted(dispute: Dispute, event: DisputeAccepted) -> Dispute:
    due = event.mediate_by
    moved = replace(dispute, status=Status.ACCEPTED, contact_by=None)
    return replace(moved, mediate_by=due, accepted_until=due)


def _mediated(dispute: Dispute, event: DisputeMediated) -> Dispute:
    settled = event.outcome is not Outcome.NOT_SETTLED
    status = Status.SETTLED if settled else Status.NOT_SETTLED
    terms = {term.term_id: term.due_at for term in event.terms}
    return replace(
        dispute, status=status, open_terms=terms, mediate_by=None, confirm_by=event.confirm_by
    )


Beside = (
    PrivateNoteWritten
    | ContactOverdue
    | MediationOverdue
    | MediationDeadlineExtended
    | JudicialConfirmationDue
    | ContactExhausted
    | RuleOverridden
    | MediatorChallenged
    | DisputeReferred
)


def _beside(dispute: Dispute, event: Beside) -> Dispute:
    """What moves it on by nothing but time, or not at all."""
    match event:
        case PrivateNoteWritten():
            note = Note(event.mediator_id, event.occurred_at, event.note)
            return replace(dispute, notes=(*dispute.notes, note))
        case ContactOverdue():
            return replace(dispute, contact_by=None)
        case MediationOverdue():
            return replace(dispute, mediate_by=None)
        case MediationDeadlineExtended():
            due = event.mediate_by
            return replace(dispute, mediate_by=due, accepted_until=due, extended=True)
        case JudicialConfirmationDue():
            return replace(dispute, confirm_by=None)
        case ContactExhausted() | RuleOverridden() | MediatorChallenged() | DisputeReferred():
            return dispute
        case _:
            assert_never(event)
