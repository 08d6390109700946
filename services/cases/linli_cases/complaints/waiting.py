"""A case 事件 that waits: suspended 挂起, referred to deliberation 提请议事, and what ends it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import uuid5

from linli_shared.decider import Rejected

from linli_cases.complaints.care_commands import NoteFromReporter
from linli_cases.complaints.commands import (
    EndDeliberation,
    LinkToTopic,
    ReferToDeliberation,
    ResumeCase,
    ResumeWhenDue,
    SuspendCase,
)
from linli_cases.complaints.events import (
    CaseEvent,
    CaseLinkedToTopic,
    CaseReferredToDeliberation,
    CaseResumed,
    CaseSuspended,
    DeliberationEnded,
)
from linli_cases.complaints.parts import Waiting
from linli_cases.complaints.speaking import assignee_or_desk, facts_of, with_assignee
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Resumption, Wait

_Resuming: TypeAlias = ResumeCase | ResumeWhenDue | EndDeliberation | NoteFromReporter


def suspend(command: SuspendCase, case: Case) -> Sequence[CaseEvent]:
    assignee_or_desk(command, case)
    policy, now = command._policy, command.now
    if not now < command.until <= now + policy.suspend_within:
        raise Rejected("SUSPEND_UNTIL_INVALID", limit_days=policy.suspend_within.days)
    if case.suspended >= policy.suspensions:
        raise Rejected("SUSPEND_LIMIT_REACHED", limit=policy.suspensions)
    return [
        CaseSuspended(
            **with_assignee(command, case),
            wait_for=command.wait_for,
            since=now,
            until=command.until,
            paused=command.wait_for in command.sla_policy(case.sla).pausing,
        )
    ]


def resume(command: ResumeCase, case: Case) -> Sequence[CaseEvent]:
    assignee_or_desk(command, case)
    return [_resumed(command, case, Resumption.ASKED)]


def resume_when_due(command: ResumeWhenDue, case: Case) -> Sequence[CaseEvent]:
    if case.waiting is None or case.waiting.until != command.due:
        return []
    return [_resumed(command, case, Resumption.UNTIL)]


def not_twice(case: Case | None) -> None:
    """Said first: that it is pending is not why it cannot be referred."""
    if case and case.status in OPEN and case.topics:
        raise Rejected("ALREADY_IN_DELIBERATION")


def refer(command: ReferToDeliberation, case: Case) -> Sequence[CaseEvent]:
    """The topic's id follows from which case and which referral it is, so it is known before there
    is a topic. A case that comes back goes on in the chain it was in."""
    assignee_or_desk(command, case)
    topic = uuid5(command.key, f"topic {case.referred + 1}")
    return [
        CaseReferredToDeliberation(
            **with_assignee(command, case) | {"chain_id": case.chain_id or topic},
            topic_id=topic,
            title=command.title,
            description=command.description,
            co_signer_ids=command.co_signer_ids,
            since=command.now,
            paused=Wait.DELIBERATION in command.sla_policy(case.sla).pausing,
        )
    ]


def link(command: LinkToTopic, case: Case) -> Sequence[CaseEvent]:
    of = facts_of(command, case) | {"chain_id": command.chain_id}
    return [CaseLinkedToTopic(**of, topic_id=command.topic_id)]


def end_deliberation(command: EndDeliberation, case: Case) -> Sequence[CaseEvent]:
    """It goes on by itself only where it waits for this topic: it was referred to it, or linked and
    then suspended for a deliberation."""
    topic = command.topic_id
    if topic not in case.topics:
        return []
    ended = DeliberationEnded(
        **facts_of(command, case),
        topic_id=topic,
        cause=command.cause,
        resolution_id=command.resolution_id,
    )
    waiting = case.waiting
    waits = waiting and waiting.wait_for is Wait.DELIBERATION and waiting.topic_id in {None, topic}
    return [ended, _resumed(command, case, command.cause)] if waits else [ended]


def replied(command: NoteFromReporter, case: Case) -> CaseResumed:
    return _resumed(command, case, Resumption.REPLIED)


def _resumed(
    command: ResumeCase | ResumeWhenDue | EndDeliberation | NoteFromReporter,
    case: Case,
    cause: Resumption,
) -> CaseResumed:
    """The clocks that still ran before the pause are moved on by it."""
    sla, waiting = case.sla, case.waiting
    assert waiting is not None, "who is pending waits for something"
    if sla and waiting.paused:
        end = _end(waiting, command.now)
        sla = command.sla_policy(sla).shifted(sla, case.running, waiting.since, end)
    return CaseResumed(**with_assignee(command, case), cause=cause, sla=sla)


def _end(waiting: Waiting, now: datetime) -> datetime:
    """What a timer is late is no pause."""
    return min(now, waiting.until) if waiting.until else now
