"""The times of mediation: three days to reach both sides, a month to mediate, with one extension if
both agree, and a reminder before a court can no longer be asked."""

from collections.abc import Sequence

from linli_shared.decider import Rejected

from linli_cases.disputes.commands import (
    ExtendMediation,
    FindOverdue,
    RemindOfConfirmation,
    RemindOfContact,
)
from linli_cases.disputes.events import (
    ContactOverdue,
    DisputeEvent,
    JudicialConfirmationDue,
    MediationDeadlineExtended,
    MediationOverdue,
)
from linli_cases.disputes.policy import Policy
from linli_cases.disputes.speaking import facts_of
from linli_cases.disputes.state import Dispute
from linli_cases.disputes.terms import Side


def contact_overdue(command: RemindOfContact, dispute: Dispute) -> Sequence[DisputeEvent]:
    if dispute.contact_by != command.due:
        return []
    silent = tuple(side for side in Side if side not in dispute.consented)
    of = facts_of(command, dispute.category)
    return [ContactOverdue(**of, sides=silent, due=command.due)]


def mediation_overdue(command: FindOverdue, dispute: Dispute) -> Sequence[DisputeEvent]:
    if dispute.mediate_by != command.due:
        return []
    return [MediationOverdue(**facts_of(command, dispute.category), due=command.due)]


def extend(command: ExtendMediation, dispute: Dispute) -> Sequence[DisputeEvent]:
    """As long again, from the end of the first month."""
    if dispute.extended:
        raise Rejected("DEADLINE_ALREADY_EXTENDED")
    if missing := sorted({*Side} - {paper.side for paper in command.written}):
        raise Rejected("BOTH_SIDES_REQUIRED", missing=missing)
    return [
        MediationDeadlineExtended(
            **facts_of(command, dispute.category),
            mediate_by=command._policy.mediate_by(dispute.accepted_until or command.now),
            document_ids=tuple(paper.document_id for paper in command.written),
        )
    ]


def confirmation_due(command: RemindOfConfirmation, dispute: Dispute) -> Sequence[DisputeEvent]:
    until = dispute.confirm_by
    if until is None or until - Policy().confirm_reminder != command.due:
        return []
    return [JudicialConfirmationDue(**facts_of(command, dispute.category), confirm_by=until)]
