"""Leave 休假 and its end: a person's leaves never overlap, and end by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias, assert_never

from linli_shared.decider import Cancel, Decider, Rejected, Reminder, Timer

from linli_estates.absences.commands import (
    PLANNERS,
    AbsenceCommand,
    EndLeave,
    EndLeaveWhenOver,
    RecordLeave,
)
from linli_estates.absences.events import AbsenceEvent, LeaveEnded, StaffOnLeave
from linli_estates.days import begin_of

Days: TypeAlias = tuple[date, date]
"""The first and the last."""


@dataclass(frozen=True, slots=True)
class Absences:
    person_id: str = ""
    leaves: Mapping[int, Days] = field(default_factory=dict)
    """By number, those that have not ended."""
    last: int = 0


def decide(command: AbsenceCommand, absences: Absences) -> Sequence[AbsenceEvent]:
    match command:
        case RecordLeave():
            return [_record(command, absences)]
        case EndLeave():
            return [_end(command, absences)]
        case EndLeaveWhenOver():
            if command.leave_no not in absences.leaves:
                return []
            no = command.leave_no
            return [LeaveEnded(**_facts(command, absences.person_id, no), early=False)]
        case _:
            assert_never(command)


def _record(command: RecordLeave, absences: Absences) -> StaffOnLeave:
    _may(command, command.person_id)
    if command.person_id not in command._known:
        raise Rejected("PERSON_UNKNOWN")
    for no, (first, last) in absences.leaves.items():
        if command.starts_on <= last and first <= command.ends_on:
            raise Rejected("LEAVE_OVERLAP", leave_no=no)
    return StaffOnLeave(
        **_facts(command, command.person_id, absences.last + 1),
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )


def _end(command: EndLeave, absences: Absences) -> LeaveEnded:
    _may(command, absences.person_id)
    if command.leave_no not in absences.leaves:
        raise Rejected("NOT_FOUND")
    return LeaveEnded(**_facts(command, absences.person_id, command.leave_no), early=True)


def _may(command: RecordLeave | EndLeave, person_id: str) -> None:
    if not command.actor.roles & PLANNERS and command.actor.id != person_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(PLANNERS))


def _facts(command: AbsenceCommand, person_id: str, no: int) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "absence_key": command.key,
        "person_id": person_id,
        "leave_no": no,
        "by_id": command.actor.id,
    }


def evolve(absences: Absences, event: AbsenceEvent) -> Absences:
    if isinstance(event, StaffOnLeave):
        there = {**absences.leaves, event.leave_no: (event.starts_on, event.ends_on)}
        return Absences(event.person_id, there, event.leave_no)
    left = {no: days for no, days in absences.leaves.items() if no != event.leave_no}
    return replace(absences, leaves=left)


def remind(absences: Absences, event: AbsenceEvent) -> Sequence[Reminder]:
    name = str(event.leave_no)
    if isinstance(event, StaffOnLeave):
        return [Timer(name, begin_of(event.ends_on + timedelta(days=1)))]
    return [Cancel(name)]


def fired(name: str, due: datetime) -> EndLeaveWhenOver:
    """It happens when it was due, however late the clock comes to say so."""
    return EndLeaveWhenOver(leave_no=int(name), due=due, occurred_at=due)


ABSENCES: Final = Decider("absence", Absences(), decide, evolve, remind=remind, fired=fired)
