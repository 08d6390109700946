"""A mediator, and the sessions that one holds."""

from collections.abc import Sequence
from typing import Any

from linli_shared.decider import Rejected

from linli_cases.days import day_of
from linli_cases.disputes.commands import (
    DESK,
    AssignMediator,
    ChallengeMediator,
    GiveRightsNotice,
    HoldSession,
    Mediating,
    RecuseMediator,
    RecuseTied,
    WriteNote,
)
from linli_cases.disputes.events import (
    DisputeEvent,
    MediationSessionHeld,
    MediatorAssigned,
    MediatorChallenged,
    MediatorRecused,
    PrivateNoteWritten,
    RightsNoticeGiven,
)
from linli_cases.disputes.interests import tie
from linli_cases.disputes.speaking import by_mediator, facts_of
from linli_cases.disputes.state import Dispute, Note
from linli_cases.disputes.terms import UNDER_MEDIATION, Interest, Side
from linli_cases.overrides import RuleOverridden


def assign_mediator(command: AssignMediator, dispute: Dispute) -> Sequence[DisputeEvent]:
    _untied(command, command.mediator_id, dispute)
    declared = [*command.declared]
    if command._kin & dispute.sides.keys() and Interest.DECLARED_RELATIONSHIP not in declared:
        declared.append(Interest.DECLARED_RELATIONSHIP)
    waived = _waived(command, declared)
    _qualified(command)
    assigned = MediatorAssigned(
        **facts_of(command, dispute.category),
        mediator_id=command.mediator_id,
        body=command.body,
        declared=tuple(declared),
    )
    return [*waived, assigned]


def _qualified(command: AssignMediator) -> None:
    """A certificate counts until the day before it expires, whichever body mediates."""
    if command._certified is None:
        raise Rejected("COPY_TOO_OLD")
    today = day_of(command.now)
    if not any(today < expires_on for expires_on in command._certified):
        raise Rejected("MEDIATOR_NOT_QUALIFIED")


def _untied(command: Mediating, mediator: str, dispute: Dispute) -> None:
    """No waiver helps: whoever mediates neither is a party, nor lives with one, nor owns the home
    of one. Asked anew whenever they act: somebody may have moved since."""
    if found := tie(mediator, dispute.parties, command._homes):
        raise Rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason=found)


def acting(command: Mediating, dispute: Dispute) -> dict[str, Any]:
    """What every event says of what only the assigned mediator may do, still untied."""
    of = by_mediator(command, dispute)
    _untied(command, dispute.mediator_id, dispute)
    return of


def write_note(command: WriteNote, dispute: Dispute) -> Sequence[DisputeEvent]:
    of, mediator = by_mediator(command, dispute), dispute.mediator_id
    return [PrivateNoteWritten(**of, mediator_id=mediator, note=command.note)]


def notes_for(dispute: Dispute | None, person: str) -> Sequence[Note]:
    """One's own; whoever mediates now may look though there are none. Raises ROLE_NOT_PERMITTED for
    everybody else, whatever they may see of the dispute."""
    if dispute is None:
        raise Rejected("NOT_FOUND")
    own = [note for note in dispute.notes if note.mediator_id == person]
    if not own and person != dispute.mediator_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["assigned_mediator"])
    return own


def _waived(command: AssignMediator, declared: Sequence[Interest]) -> Sequence[RuleOverridden]:
    """An interest that was declared, here or to the directory, takes the written waiver of both
    sides."""
    waiver, code = command.override, "MEDIATOR_CONFLICT_OF_INTEREST"
    if not declared:
        return []
    if waiver is None or {paper.side for paper in waiver.written} != {*Side}:
        raise Rejected(code, reason=declared[0])
    waiver.check(command.actor)
    return [
        RuleOverridden(
            occurred_at=command.at,
            subject_id=command.key,
            by_id=command.actor.id,
            rule_code=code,
            reason=waiver.reason,
            approver_id=waiver.approver_id,
            document_ids=tuple(paper.document_id for paper in waiver.written),
        )
    ]


def give_rights_notice(command: GiveRightsNotice, dispute: Dispute) -> Sequence[DisputeEvent]:
    of = acting(command, dispute)
    return [RightsNoticeGiven(**of, mediator_id=dispute.mediator_id)]


def hold_session(command: HoldSession, dispute: Dispute) -> Sequence[DisputeEvent]:
    of = acting(command, dispute)
    if not dispute.rights_notice_given:
        raise Rejected("RIGHTS_NOTICE_REQUIRED")
    present = {dispute.sides[person] for person in command.attended if person in dispute.sides}
    if len(present) < (1 if command.caucus else len(Side)):
        raise Rejected("BOTH_SIDES_REQUIRED", missing=sorted({*Side} - present))
    return [
        MediationSessionHeld(
            **of,
            n=dispute.sessions + 1,
            mediator_id=dispute.mediator_id,
            starts_at=command.starts_at,
            mode=command.mode,
            attended=command.attended,
            caucus=command.caucus,
        )
    ]


def challenge(command: ChallengeMediator, dispute: Dispute) -> Sequence[DisputeEvent]:
    side = dispute.sides.get(command.actor.id)
    if side is None:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["party"])
    of, mediator = facts_of(command, dispute.category), dispute.mediator_id
    return [
        MediatorChallenged(**of, mediator_id=mediator, side=side, reason=command.reason),
        _recused(of, dispute, cause="challenged"),
    ]


def recuse(command: RecuseMediator, dispute: Dispute) -> Sequence[DisputeEvent]:
    if command.actor.roles & {*DESK}:
        of = facts_of(command, dispute.category)
    else:
        of = by_mediator(command, dispute)
    return [_recused(of, dispute, cause="conflict", interest=command.interest)]


def recuse_tied(command: RecuseTied, dispute: Dispute) -> Sequence[DisputeEvent]:
    """What has appeared since the assignment. Kin whom both sides have waived is no news."""
    if dispute.status not in UNDER_MEDIATION or dispute.mediator_id != command.mediator_id:
        return []
    of, relation = facts_of(command, dispute.category), Interest.DECLARED_RELATIONSHIP
    if found := tie(dispute.mediator_id, dispute.parties, command._homes):
        return [_recused(of, dispute, cause="conflict", tie=found)]
    if command._kin & dispute.sides.keys() and relation not in dispute.waived:
        return [_recused(of, dispute, cause="conflict", interest=relation)]
    return []


def _recused(of: dict[str, Any], dispute: Dispute, **why: Any) -> MediatorRecused:
    coordinator = dispute.assigned_by or None
    return MediatorRecused(**of, mediator_id=dispute.mediator_id, coordinator_id=coordinator, **why)
