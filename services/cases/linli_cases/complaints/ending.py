"""How a case 事件 ends, and how it is taken up again."""

from collections.abc import Sequence

from linli_shared.decider import Rejected

from linli_cases.complaints import care, clocks, matters, proof
from linli_cases.complaints.asking import DESK
from linli_cases.complaints.commands import (
    CloseUnconfirmed,
    ConfirmCase,
    ReopenCase,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    WithdrawCase,
)
from linli_cases.complaints.events import (
    CaseClosed,
    CaseEvent,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
)
from linli_cases.complaints.speaking import facts_of, only_assignee, only_reporter, with_assignee
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Cause, Status


def resolve(command: ResolveCase, case: Case) -> Sequence[CaseEvent]:
    only_assignee(command, case)
    proof.check(command, case)
    if command._action_open:
        raise Rejected("LINKED_ACTION_OPEN")
    return _resolved(command, case)


def resolve_by_resolution(command: ResolveByResolution, case: Case) -> Sequence[CaseEvent]:
    """Its actions were verified by somebody who saw their evidence, in another service."""
    if case.status is not Status.IN_PROGRESS:
        return []
    if case.kind in proof.NEED_A_PICTURE and not command.evidence_ids:
        raise Rejected("EVIDENCE_REQUIRED")
    return _resolved(command, case)


def _resolved(command: ResolveCase | ResolveByResolution, case: Case) -> Sequence[CaseEvent]:
    by = command.resolution_id if isinstance(command, ResolveByResolution) else None
    return [
        CaseResolved(
            **facts_of(command, case),
            outcome=command.outcome,
            evidence_ids=tuple(map(str, command.evidence_ids)),
            confirm_due=command.now + command._policy.confirm_within,
            resolution_id=by,
        )
    ]


def confirm(command: ConfirmCase, case: Case) -> Sequence[CaseEvent]:
    only_reporter(command, case)
    until = command.now + command._policy.reopen_within
    return [
        CaseClosed(
            **facts_of(command, case),
            confirmed_by="reporter",
            reopen_until=until,
            **care.visit(command, case),
        )
    ]


def close_unconfirmed(command: CloseUnconfirmed, case: Case) -> Sequence[CaseEvent]:
    if case.status is not Status.RESOLVED or case.confirm_due != command.due:
        return []
    until = command.now + command._policy.reopen_within
    return [
        CaseClosed(
            **facts_of(command, case),
            confirmed_by="timeout",
            reopen_until=until,
            **care.visit(command, case),
        )
    ]


def reopen(command: ReopenCase, case: Case) -> Sequence[CaseEvent]:
    """The reporter for a while, the desk at any time. Who asks is the cause: nobody states it."""
    cause = Cause.REPORTER if command.actor.id == case.reporter_id else Cause.OPERATOR
    if cause is Cause.OPERATOR and not command.actor.roles & {*DESK}:
        raise Rejected("NOT_REPORTER")
    if cause is Cause.REPORTER and case.reopen_until and command.now > case.reopen_until:
        raise Rejected("REOPEN_WINDOW_EXPIRED", until=case.reopen_until.isoformat())
    return _again(command, case, cause)


def reopen_overturned(command: ReopenOverturned, case: Case) -> Sequence[CaseEvent]:
    return [] if case.status in OPEN else _again(command, case, Cause.RESOLUTION_OVERTURNED)


def _again(command: ReopenCase | ReopenOverturned, case: Case, cause: Cause) -> Sequence[CaseEvent]:
    n, of = case.reopened + 1, facts_of(command, case)
    by = command.resolution_id if isinstance(command, ReopenOverturned) else None
    again = CaseReopened(
        **with_assignee(command, case), cause=cause, reason=command.reason, n=n, resolution_id=by,
        review_due=matters.first_review(command, case.kind),
    )  # fmt: skip
    if n < command._policy.reopenings_to_l3 or case.level >= 3:
        return [again]
    return [again, clocks.called(command, case, of, 3, "reopened")]


def withdraw(command: WithdrawCase, case: Case) -> Sequence[CaseEvent]:
    only_reporter(command, case)
    return [CaseWithdrawn(**with_assignee(command, case), reason=command.reason)]
