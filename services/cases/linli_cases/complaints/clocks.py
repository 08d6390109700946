"""Warned, overdue, escalated: what the clocks of a case 事件 make of time going by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from linli_shared.decider import Rejected

from linli_cases.complaints.commands import (
    AcknowledgeEscalation,
    CaseCommand,
    CheckClock,
    CheckSilence,
    EscalateCase,
)
from linli_cases.complaints.events import (
    CaseEscalated,
    CaseEvent,
    EscalationAcknowledged,
    SlaBreached,
    SlaWarningIssued,
)
from linli_cases.complaints.ladder import TOP, climb
from linli_cases.complaints.speaking import BY_TIMER, facts_of, with_assignee
from linli_cases.complaints.state import LATE, Case
from linli_cases.duty.commands import HEARS

_SHARES: Final = {2: "150", 3: "200"}
"""How much of a clock is used up when these levels hear of it, in percent: how a cause ends."""


def overdue(command: CaseCommand, case: Case) -> Sequence[CaseEvent]:
    """What no timer has told yet. A command that stops a clock must not keep it from having been
    late, so it is the first thing that any command finds; and the first clock escalates."""
    found: list[CaseEvent] = []
    level = case.level
    for clock, due in sorted(case.dues.items(), key=lambda of: of[1]):
        if due > _told_at(command):
            continue
        of = with_assignee(command, case) | {"occurred_at": due, "by_id": BY_TIMER}
        found.append(SlaBreached(**of, clock=clock, due=due))
        if level < 1:
            of.pop("assignee_id")
            found.append(up := called(command, case, of, 1, f"{clock}_overdue"))
            level = up.level
    return found


def _told_at(command: CaseCommand) -> datetime:
    """A timer is told by the database's clock, which may be ahead of ours."""
    if isinstance(command, CheckClock | CheckSilence):
        return max(command.now, command.due)
    return command.now


def called(
    command: CaseCommand, case: Case, of: dict[str, Any], level: int, cause: str, **more: Any
) -> CaseEscalated:
    """By the roster as it is at that moment, and never whom the case is about. Above the last level
    nobody is left to be called."""
    at = of["occurred_at"]
    rung = climb(level, command._duty.without(case.about_person_id), at)
    answer_due = command.sla_policy(case.sla).answer_due(case.sla, at)
    return CaseEscalated(
        **of,
        level=rung.level,
        to_role=rung.role,
        cause=cause,
        holder_ids=rung.holder_ids,
        skipped=rung.skipped,
        ack_due=answer_due if rung.level < TOP else None,
        **more,
    )


def check(command: CheckClock, case: Case) -> Sequence[CaseEvent]:
    """That it is overdue was found before: by now it is a warning, or so late that a higher level
    hears of it."""
    clock = command.clock
    if case.alarms.get(clock) != command.due:
        return []
    if case.running[clock] < LATE:
        of = with_assignee(command, case)
        return [SlaWarningIssued(**of, clock=clock, due=case.dues[clock])]
    level = case.next_level
    cause = f"{clock}_overdue_{_SHARES[level]}"
    return [called(command, case, facts_of(command, case), level, cause)]


def check_silence(command: CheckSilence, case: Case) -> Sequence[CaseEvent]:
    if case.called is None or case.called.answer_due != command.due:
        return []
    return [called(command, case, facts_of(command, case), case.level + 1, "no_ack")]


def escalate(command: EscalateCase, case: Case) -> Sequence[CaseEvent]:
    if command.level <= case.level:
        return []
    of, reason = facts_of(command, case), command.reason
    return [called(command, case, of, command.level, "operator", reason=reason)]


def acknowledge(command: AcknowledgeEscalation, case: Case) -> Sequence[CaseEvent]:
    if case.called is None:  # nobody was called, or somebody has answered
        return []
    may = [role for level, role in HEARS.items() if level >= case.level]
    if command.actor.id == case.about_person_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=may)
    if command.actor.id not in case.called.holder_ids and not command.actor.roles & {*may}:
        raise Rejected("ROLE_NOT_PERMITTED", roles=may)
    return [EscalationAcknowledged(**facts_of(command, case), level=case.level)]
