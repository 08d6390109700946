"""A mediator, and the sessions that one holds."""

from collections.abc import Sequence

from linli_shared.decider import Rejected

from linli_cases.disputes.commands import (
    DESK,
    AssignMediator,
    ChallengeMediator,
    GiveRightsNotice,
    HoldSession,
    RecuseMediator,
)
from linli_cases.disputes.events import (
    DisputeEvent,
    MediationSessionHeld,
    MediatorAssigned,
    MediatorChallenged,
    MediatorRecused,
    RightsNoticeGiven,
)
from linli_cases.disputes.speaking import by_mediator, facts_of
from linli_cases.disputes.state import Dispute
from linli_cases.disputes.terms import Side
from linli_cases.overrides import RuleOverridden


def assign_mediator(command: AssignMediator, dispute: Dispute) -> Sequence[DisputeEvent]:
    if command.mediator_id in dispute.sides:
        raise Rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason="party")
    assigned = MediatorAssigned(
        **facts_of(command, dispute.category),
        mediator_id=command.mediator_id,
        body=command.body,
        declared=command.declared,
    )
    return [*_waived(command), assigned]


def _waived(command: AssignMediator) -> Sequence[RuleOverridden]:
    """An interest that was declared takes the written waiver of both sides."""
    waiver, code = command.override, "MEDIATOR_CONFLICT_OF_INTEREST"
    if not command.declared:
        return []
    if waiver is None or {paper.side for paper in waiver.written} != {*Side}:
        raise Rejected(code, reason=command.declared[0])
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
    of = by_mediator(command, dispute)
    return [RightsNoticeGiven(**of, mediator_id=dispute.mediator_id)]


def hold_session(command: HoldSession, dispute: Dispute) -> Sequence[DisputeEvent]:
    of = by_mediator(command, dispute)
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
        MediatorRecused(**of, mediator_id=mediator, cause="challenged"),
    ]


def recuse(command: RecuseMediator, dispute: Dispute) -> Sequence[DisputeEvent]:
    if command.actor.roles & {*DESK}:
        of = facts_of(command, dispute.category)
    else:
        of = by_mediator(command, dispute)
    return [MediatorRecused(**of, mediator_id=dispute.mediator_id, cause="conflict")]
