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
    DisputeAccepted,
    DisputeEvent,
    DisputeFiled,
    DisputeMediated,
    DisputeReferred,
    DisputeWithdrawn,
    MediationConsentRecorded,
    MediationDeclined,
    MediationSessionHeld,
    MediatorAssigned,
    MediatorChallenged,
    MediatorRecused,
    RightsNoticeGiven,
    TermPerformed,
)
from linli_cases.disputes.terms import Body, Category, Outcome, Side, Status
from linli_cases.overrides import RuleOverridden


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
    body: Body = Body.INFORMAL
    rights_notice_given: bool = False
    sessions: int = 0
    open_terms: Mapping[int, datetime | None] = field(default_factory=dict)
    """Those that are not done, and when each is overdue; nothing where that was said already."""


def evolve(dispute: Dispute | None, event: DisputeEvent) -> Dispute:
    if isinstance(event, DisputeFiled):
        sides = {party.person_id: party.side for party in event.parties}
        return Dispute(event.category, sides, event.filing_side)
    assert dispute is not None, "a stream begins with DisputeFiled"
    match event:
        case ContactAttempted():
            return replace(dispute, unreached={**dispute.unreached, event.side: event.n})
        case MediationConsentRecorded():
            return replace(dispute, consented=dispute.consented | {event.side})
        case MediationDeclined():
            return replace(dispute, status=Status.DECLINED)
        case DisputeAccepted():
            return replace(dispute, status=Status.ACCEPTED)
        case MediatorAssigned():
            status = Status.MEDIATOR_ASSIGNED
            return replace(dispute, status=status, mediator_id=event.mediator_id, body=event.body)
        case RightsNoticeGiven():
            return replace(dispute, rights_notice_given=True)
        case MediationSessionHeld():
            return replace(dispute, status=Status.IN_SESSION, sessions=event.n)
        case MediatorRecused():
            return replace(dispute, status=Status.ACCEPTED, mediator_id="")
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
            return replace(dispute, status=Status.WITHDRAWN)
        case ContactExhausted() | RuleOverridden() | MediatorChallenged() | DisputeReferred():
            return dispute
        case _:
            assert_never(event)


def _mediated(dispute: Dispute, event: DisputeMediated) -> Dispute:
    settled = event.outcome is not Outcome.NOT_SETTLED
    status = Status.SETTLED if settled else Status.NOT_SETTLED
    terms = {term.term_id: term.due_at for term in event.terms}
    return replace(dispute, status=status, open_terms=terms)
