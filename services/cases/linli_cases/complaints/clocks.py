"""Warned, overdue, escalated: what the clocks of a case 事件 make of time going by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from linli_language.roles import Role

from linli_cases.complaints.commands import CaseCommand, CheckClock, EscalateCase
from linli_cases.complaints.events import CaseEscalated, CaseEvent, SlaBreached, SlaWarningIssued
from linli_cases.complaints.speaking import BY_TIMER, facts_of, with_assignee
from linli_cases.complaints.state import Case

HEARS: Final = {1: Role.STEWARD_LEAD, 2: Role.ESTATE_MANAGER, 3: Role.COMMUNITY_OFFICER}
"""Who hears of it at each level."""


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
            level, cause = 1, f"{clock}_overdue"
            of.pop("assignee_id")
            found.append(CaseEscalated(**of, level=level, to_role=HEARS[level], cause=cause))
    return found


def _told_at(command: CaseCommand) -> datetime:
    """A timer is told by the database's clock, which may be ahead of ours."""
    return max(command.now, command.due) if isinstance(command, CheckClock) else command.now


def check(command: CheckClock, case: Case) -> Sequence[CaseEvent]:
    """By now it can only be a warning: what is overdue was found before."""
    if case.alarms.get(command.clock) != command.due:
        return []
    of = with_assignee(command, case)
    return [SlaWarningIssued(**of, clock=command.clock, due=case.dues[command.clock])]


def escalate(command: EscalateCase, case: Case) -> Sequence[CaseEvent]:
    if command.level <= case.level:
        return []
    to, of = HEARS[command.level], facts_of(command, case)
    reason = command.reason
    return [CaseEscalated(**of, level=command.level, to_role=to, cause="operator", reason=reason)]
