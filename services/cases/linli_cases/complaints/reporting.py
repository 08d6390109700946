"""A report of a case 事件: opened, turned away, or merged into another."""

from collections.abc import Sequence

from linli_language.roles import Role
from linli_shared.decider import Rejected

from linli_cases.complaints import matters
from linli_cases.complaints.about import Place
from linli_cases.complaints.commands import MergeCase, OpenCase, RejectCase
from linli_cases.complaints.events import (
    CaseEvent,
    CaseMerged,
    CaseOpened,
    CaseRejected,
    DuplicateSuspected,
)
from linli_cases.complaints.speaking import facts_of
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Kind, Priority


def open_case(command: OpenCase) -> Sequence[CaseEvent]:
    actor, behalf, policy = command.actor, command.on_behalf_of_id, command._policy
    speaks_for_others = OpenCase.by - {Role.RESIDENT}
    if behalf not in {None, actor.id} and not actor.roles & speaks_for_others:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(speaks_for_others))
    case = Case(command.kind, behalf or actor.id)
    usual = Priority.P4 if command.kind is Kind.LEGACY_ISSUE else Priority.P3
    priority = command.priority or usual
    opened = CaseOpened(
        **facts_of(command, case),
        case_no=command._case_no,
        service_code=command.service_code,
        title=command.title,
        description=command.description,
        place=Place(**command.place.model_dump()),
        channel=command.channel,
        priority=priority,
        about_person_id=command.about_person_id,
        repeat_until=command.at + policy.repeat_window,
        policy_version=policy.version,
        sla=command._sla.agreed(command.kind, priority, command.now),
        review_due=matters.first_review(command, command.kind),
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
