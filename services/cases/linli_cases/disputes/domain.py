"""Neighbour disputes 邻里纠纷: filed, accepted by both sides, mediated, settled, performed."""

from collections.abc import Sequence
from typing import Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_cases.disputes import deadlines
from linli_cases.disputes.agreement import agree, conclude, find_breach, perform
from linli_cases.disputes.commands import (
    CLERKS,
    AssignMediator,
    ChallengeMediator,
    ConcludeWithoutAgreement,
    DisputeCommand,
    ExtendMediation,
    FileDispute,
    FindBreach,
    FindOverdue,
    GiveRightsNotice,
    HoldSession,
    RecordAgreement,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    RecuseTied,
    RemindOfConfirmation,
    RemindOfContact,
    Told,
    WithdrawDispute,
    WriteNote,
)
from linli_cases.disputes.events import (
    ContactAttempted,
    ContactExhausted,
    DisputeAccepted,
    DisputeEvent,
    DisputeFiled,
    DisputeWithdrawn,
    MediationConsentRecorded,
    MediationDeclined,
    Party,
)
from linli_cases.disputes.mediation import (
    assign_mediator,
    challenge,
    give_rights_notice,
    hold_session,
    recuse,
    recuse_tied,
    write_note,
)
from linli_cases.disputes.moves import MOVES
from linli_cases.disputes.reminders import fired, remind
from linli_cases.disputes.reservations import reserve, taken
from linli_cases.disputes.speaking import facts_of, must_speak_for
from linli_cases.disputes.state import Dispute, evolve
from linli_cases.disputes.terms import Side, Status


def decide(command: DisputeCommand, dispute: Dispute | None) -> Sequence[DisputeEvent]:
    lifecycle.check(MOVES, command, dispute.status if dispute else None)
    if isinstance(command, FileDispute):
        return file(command)
    assert dispute is not None, "every other command needs a state"
    match command:
        case RecordContactAttempt():
            return attempt_contact(command, dispute)
        case RecordConsent():
            return consent(command, dispute)
        case AssignMediator():
            return assign_mediator(command, dispute)
        case GiveRightsNotice():
            return give_rights_notice(command, dispute)
        case HoldSession():
            return hold_session(command, dispute)
        case ChallengeMediator():
            return challenge(command, dispute)
        case RecuseMediator():
            return recuse(command, dispute)
        case RecordAgreement():
            return agree(command, dispute)
        case ConcludeWithoutAgreement():
            return conclude(command, dispute)
        case RecordPerformance():
            return perform(command, dispute)
        case WithdrawDispute():
            return withdraw(command, dispute)
        case WriteNote():
            return write_note(command, dispute)
        case ExtendMediation():
            return deadlines.extend(command, dispute)
        case _:
            return _told(command, dispute)


def _told(command: Told, dispute: Dispute) -> Sequence[DisputeEvent]:
    match command:
        case RecuseTied():
            return recuse_tied(command, dispute)
        case FindBreach():
            return find_breach(command, dispute)
        case RemindOfContact():
            return deadlines.contact_overdue(command, dispute)
        case FindOverdue():
            return deadlines.mediation_overdue(command, dispute)
        case RemindOfConfirmation():
            return deadlines.confirmation_due(command, dispute)
        case _:
            assert_never(command)


def file(command: FileDispute) -> Sequence[DisputeEvent]:
    parties = tuple(Party(**party.model_dump()) for party in command.parties)
    sides = {party.person_id: party.side for party in parties}
    if {*sides.values()} != {*Side} or len(sides) < len(parties):
        raise Rejected("PARTIES_INCOMPLETE")
    must_speak_for(command.filing_side, command, sides)
    return [
        DisputeFiled(
            **facts_of(command, command.category),
            parties=parties,
            filing_side=command.filing_side,
            matter=command.matter,
            origin_case_id=command.origin_case_id,
            policy_version=command._policy.version,
            contact_by=command.now + command._policy.contact_within,
        )
    ]


def attempt_contact(command: RecordContactAttempt, dispute: Dispute) -> Sequence[DisputeEvent]:
    of, side = facts_of(command, dispute.category), command.side
    n = 0 if command.reached else dispute.unreached.get(side, 0) + 1
    attempted = ContactAttempted(**of, side=side, reached=command.reached, n=n)
    if n != command._policy.contact_attempts:
        return [attempted]
    return [attempted, ContactExhausted(**of, side=side, n=n)]


def consent(command: RecordConsent, dispute: Dispute) -> Sequence[DisputeEvent]:
    must_speak_for(command.side, command, dispute.sides)
    of, side = facts_of(command, dispute.category), command.side
    if not command.consents:
        return [MediationDeclined(**of, side=side)]
    recorded = MediationConsentRecorded(**of, side=side)
    if dispute.consented | {side} != {*Side}:
        return [recorded]
    due = command._policy.mediate_by(command.now)
    return [recorded, DisputeAccepted(**of, mediate_by=due)]


def withdraw(command: WithdrawDispute, dispute: Dispute) -> Sequence[DisputeEvent]:
    """The side that filed; once both have consented, both."""
    accepted = dispute.status is not Status.FILED
    needed = {*Side} if accepted else {dispute.filing_side}
    own = dispute.sides.get(command.actor.id)
    if own is None and not command.actor.roles & CLERKS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["party"])
    willing = {own} if own else {paper.side for paper in command.written}
    if missing := sorted(needed - willing):
        if accepted:
            raise Rejected("BOTH_SIDES_REQUIRED", missing=missing)
        raise Rejected("ROLE_NOT_PERMITTED", roles=["filing_side"])
    return [
        DisputeWithdrawn(
            **facts_of(command, dispute.category),
            sides=tuple(sorted(needed)),
            document_ids=tuple(paper.document_id for paper in command.written),
            reason=command.reason,
        )
    ]


DISPUTES: Final = Decider("dispute", None, decide, evolve, reserve, taken, remind, fired)
