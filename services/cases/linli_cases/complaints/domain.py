"""Cases 事件: complaints, repairs, questions, legacy problems and key matters, report to rating."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from linli_language.roles import Role
from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected
from linli_shared.messages import Command

from linli_cases.complaints.commands import (
    DESK,
    AcknowledgeCase,
    AssignCase,
    CaseCommand,
    ClaimCase,
    ConfirmCase,
    MergeCase,
    OpenCase,
    RateCase,
    RejectCase,
    ReopenCase,
    ResolveCase,
    RespondToReporter,
    StartWork,
    WithdrawCase,
)
from linli_cases.complaints.events import (
    CaseAcknowledged,
    CaseAssigned,
    CaseClosed,
    CaseEscalated,
    CaseEvent,
    CaseMerged,
    CaseOpened,
    CaseRated,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    DuplicateSuspected,
    Place,
    ReporterAnswered,
    WorkStarted,
)
from linli_cases.complaints.moves import MOVES
from linli_cases.complaints.reservations import reserve, taken
from linli_cases.complaints.state import Case, evolve
from linli_cases.complaints.terms import OPEN, Cause, Kind, Priority


def decide(command: CaseCommand, case: Case | None) -> Sequence[CaseEvent]:
    if isinstance(command, MergeCase):
        not_into_itself(command)
    lifecycle.check(MOVES, command, case.status if case else None)
    if isinstance(command, OpenCase):
        return open_case(command)
    assert case is not None, "every other command needs a state"
    match command:
        case AcknowledgeCase():
            return [CaseAcknowledged(**facts_of(command, case))]
        case RejectCase():
            return reject(command, case)
        case MergeCase():
            return merge(command, case)
        case AssignCase():
            return assign(command, case, command.assignee_id)
        case ClaimCase():
            return assign(command, case, command.actor.id)
        case StartWork():
            return start(command, case)
        case RespondToReporter():
            return respond(command, case)
        case ResolveCase():
            return resolve(command, case)
        case ConfirmCase():
            return confirm(command, case)
        case ReopenCase():
            return reopen(command, case)
        case WithdrawCase():
            return withdraw(command, case)
        case RateCase():
            return rate(command, case)
        case _:
            assert_never(command)


def open_case(command: OpenCase) -> Sequence[CaseEvent]:
    actor, behalf, policy = command.actor, command.on_behalf_of_id, command._policy
    speaks_for_others = OpenCase.by - {Role.RESIDENT}
    if behalf not in {None, actor.id} and not actor.roles & speaks_for_others:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(speaks_for_others))
    case = Case(command.kind, behalf or actor.id)
    usual = Priority.P4 if command.kind is Kind.LEGACY_ISSUE else Priority.P3
    opened = CaseOpened(
        **facts_of(command, case),
        case_no=command._case_no,
        service_code=command.service_code,
        title=command.title,
        description=command.description,
        place=Place(**command.place.model_dump()),
        channel=command.channel,
        priority=command.priority or usual,
        about_person_id=command.about_person_id,
        repeat_until=command.at + policy.repeat_window,
        policy_version=policy.version,
    )
    if not (near := command._near):
        return [opened]
    suspected = DuplicateSuspected(
        **facts_of(command, case), candidates=near, score_bp=max(n.score_bp for n in near)
    )
    return [opened, suspected]


def reject(command: RejectCase, case: Case) -> Sequence[CaseEvent]:
    if command.reason not in command._policy.reject_reasons:
        raise Rejected("REASON_REQUIRED", allowed=command._policy.reject_reasons)
    return [CaseRejected(**facts_of(command, case), reason=command.reason, note=command.note)]


def not_into_itself(command: MergeCase) -> None:
    if command.key in {link.case_id for link in command._chain}:
        raise Rejected("MERGE_CYCLE")


def merge(command: MergeCase, case: Case) -> Sequence[CaseEvent]:
    if not command._chain:
        raise Rejected("NOT_FOUND")
    target = command._chain[0]
    if target.status not in OPEN:
        raise Rejected("MERGE_TARGET_NOT_OPEN", state=target.status)
    return [CaseMerged(**facts_of(command, case), into=target.case_id)]


def assign(command: AssignCase | ClaimCase, case: Case, assignee: str) -> Sequence[CaseEvent]:
    if assignee == case.about_person_id:
        raise Rejected("ASSIGNEE_IS_SUBJECT")
    return [
        CaseAssigned(
            **facts_of(command, case),
            assignee_id=assignee,
            previous_id=case.assignee_id,
            max_open=command._policy.max_open_per_worker,
        )
    ]


def start(command: StartWork, case: Case) -> Sequence[CaseEvent]:
    """The desk may say so for a worker whose hands are full."""
    if not command.actor.roles & {*DESK}:
        _only_assignee(command, case)
    return [WorkStarted(**facts_of(command, case))]


def respond(command: RespondToReporter, case: Case) -> Sequence[CaseEvent]:
    return [
        ReporterAnswered(
            **facts_of(command, case),
            channel=command.channel,
            message=command.message,
            first=not case.answered,
        )
    ]


def resolve(command: ResolveCase, case: Case) -> Sequence[CaseEvent]:
    _only_assignee(command, case)
    if case.kind in {Kind.REPAIR, Kind.KEY_MATTER} and not command.evidence_ids:
        raise Rejected("EVIDENCE_REQUIRED")
    return [
        CaseResolved(
            **facts_of(command, case),
            outcome=command.outcome,
            evidence_ids=command.evidence_ids,
            confirm_due=command.now + command._policy.confirm_within,
        )
    ]


def confirm(command: ConfirmCase, case: Case) -> Sequence[CaseEvent]:
    _only_reporter(command, case)
    until = command.now + command._policy.reopen_within
    return [CaseClosed(**facts_of(command, case), confirmed_by="reporter", reopen_until=until)]


def reopen(command: ReopenCase, case: Case) -> Sequence[CaseEvent]:
    """The reporter for a while, the desk at any time. Who asks is the cause: nobody states it."""
    cause = Cause.REPORTER if command.actor.id == case.reporter_id else Cause.OPERATOR
    if cause is Cause.OPERATOR and not command.actor.roles & {*DESK}:
        raise Rejected("NOT_REPORTER")
    if cause is Cause.REPORTER and case.reopen_until and command.now > case.reopen_until:
        raise Rejected("REOPEN_WINDOW_EXPIRED", until=case.reopen_until.isoformat())
    n, of = case.reopened + 1, facts_of(command, case)
    again = CaseReopened(
        **of, cause=cause, reason=command.reason, n=n, assignee_id=case.assignee_id
    )
    if n < command._policy.reopenings_to_l3 or case.level >= 3:
        return [again]
    return [again, CaseEscalated(**of, level=3, to_role=Role.COMMUNITY_OFFICER, cause="reopened")]


def withdraw(command: WithdrawCase, case: Case) -> Sequence[CaseEvent]:
    _only_reporter(command, case)
    return [
        CaseWithdrawn(
            **facts_of(command, case), reason=command.reason, assignee_id=case.assignee_id
        )
    ]


def rate(command: RateCase, case: Case) -> Sequence[CaseEvent]:
    _only_reporter(command, case)
    if case.rated:
        raise Rejected("ALREADY_RATED")
    return [CaseRated(**facts_of(command, case), score=command.score, solved=command.solved)]


def facts_of(command: CaseCommand, case: Case) -> dict[str, Any]:
    """What every event says of its case."""
    return {
        "occurred_at": command.at,
        "case_id": command.key,
        "kind": case.kind,
        "reporter_id": case.reporter_id,
        "by_id": command.actor.id,
    }


def _only_reporter(command: Command, case: Case) -> None:
    if command.actor.id != case.reporter_id:
        raise Rejected("NOT_REPORTER")


def _only_assignee(command: Command, case: Case) -> None:
    if command.actor.id != case.assignee_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


CASES: Final = Decider("case", None, decide, evolve, reserve, taken)
