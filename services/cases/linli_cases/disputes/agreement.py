"""How mediation ends, and what becomes of an agreement."""

from collections.abc import Sequence

from linli_shared.decider import Rejected

from linli_cases.disputes.commands import (
    ConcludeWithoutAgreement,
    FindBreach,
    RecordAgreement,
    RecordPerformance,
)
from linli_cases.disputes.events import (
    AgreementBreached,
    AgreementPerformed,
    DisputeEvent,
    DisputeMediated,
    DisputeReferred,
    Term,
    TermPerformed,
)
from linli_cases.disputes.mediation import acting
from linli_cases.disputes.speaking import facts_of
from linli_cases.disputes.state import Dispute
from linli_cases.disputes.terms import Body, Form, Outcome, Side, Status


def agree(command: RecordAgreement, dispute: Dispute) -> Sequence[DisputeEvent]:
    of = acting(command, dispute)
    if dispute.status is not Status.IN_SESSION:  # this mediator has not met them
        raise Rejected("SESSION_REQUIRED")
    written = command.form is Form.WRITTEN
    if written:
        _must_be_complete(command, dispute)
    to_court = command.judicial_confirmation and dispute.body is Body.COMMITTEE
    if to_court and not command.seal_ref:
        raise Rejected("SEAL_MISSING")
    terms = enumerate(command.terms, 1)
    return [
        DisputeMediated(
            **of,
            outcome=Outcome.SETTLED_WRITTEN if written else Outcome.SETTLED_ORAL,
            body=dispute.body,
            mediator_id=dispute.mediator_id,
            terms=tuple(Term(term_id=n, **term.model_dump()) for n, term in terms),
            signed_by=command.signatures,
            seal_ref=command.seal_ref,
            confirm_by=command.at + command._policy.confirm_within if to_court else None,
        )
    ]


def _must_be_complete(command: RecordAgreement, dispute: Dispute) -> None:
    """Who does what, where, by when, and a signature of each side (People's Mediation Law art. 29:
    the contents of a written agreement, and what it takes effect with)."""
    missing = [] if command.terms else ["terms"]
    if any(term.obligor_id not in dispute.sides for term in command.terms):
        missing.append("obligor_id")
    for name in ("duty", "place", "due_at"):
        if any(getattr(term, name) is None for term in command.terms):
            missing.append(name)
    if missing:
        raise Rejected("AGREEMENT_INCOMPLETE", missing=missing)
    signed = {dispute.sides.get(person) for person in command.signatures}
    if unsigned := [side for side in Side if side not in signed]:
        raise Rejected("SIGNATURE_MISSING", sides=unsigned)


def conclude(command: ConcludeWithoutAgreement, dispute: Dispute) -> Sequence[DisputeEvent]:
    of = acting(command, dispute)
    if not dispute.sessions:
        raise Rejected("SESSION_REQUIRED")
    return [
        DisputeMediated(
            **of,
            outcome=Outcome.NOT_SETTLED,
            body=dispute.body,
            mediator_id=dispute.mediator_id,
        ),
        DisputeReferred(**of, to=command.refer_to),
    ]


def perform(command: RecordPerformance, dispute: Dispute) -> Sequence[DisputeEvent]:
    left = set(dispute.open_terms)
    done = left if command.term_id is None else {command.term_id}
    if not done <= left:
        raise Rejected("NOT_FOUND")
    of = facts_of(command, dispute.category)
    terms = [
        TermPerformed(**of, term_id=term_id, evidence_ids=command.evidence_ids)
        for term_id in sorted(done)
    ]
    return terms if left - done else [*terms, AgreementPerformed(**of)]


def find_breach(command: FindBreach, dispute: Dispute) -> Sequence[DisputeEvent]:
    term, due = command.term_id, command.due
    if dispute.open_terms.get(term) != due:
        return []
    return [AgreementBreached(**facts_of(command, dispute.category), term_id=term, due_at=due)]
