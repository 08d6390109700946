"""What the clock says to a shift 班次: it starts, somebody is not there, it is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from linli_shared.decider import Cancel, Reminder, Timer

from linli_volunteers.shifts.commands import ByClock, CompleteShift, RecordNoShows, StartShift
from linli_volunteers.shifts.events import (
    ShiftCancelled,
    ShiftCompleted,
    ShiftEvent,
    ShiftPublished,
)
from linli_volunteers.shifts.moves import MOVES
from linli_volunteers.shifts.state import Shift

_COMMANDS: Final[dict[str, type[StartShift | RecordNoShows | CompleteShift]]] = {
    "start": StartShift,
    "no_show": RecordNoShows,
    "close": CompleteShift,
}


def remind(shift: Shift | None, event: ShiftEvent) -> Sequence[Reminder]:
    match event:
        case ShiftPublished():
            return [
                Timer("start", event.starts_at),
                Timer("no_show", event.no_show_at),
                Timer("close", event.closes_at),
            ]
        case ShiftCancelled() | ShiftCompleted():
            return [Cancel()]
        case _:
            return []


def fired(name: str, due: datetime) -> StartShift | RecordNoShows | CompleteShift:
    """It happens when it was due, however late the clock comes to say so."""
    return _COMMANDS[name](due=due, occurred_at=due)


def outdated(command: ByClock, shift: Shift) -> bool:
    """The shift has moved on, or its times have: there is nothing to do any more."""
    due = {
        StartShift: shift.starts_at,
        RecordNoShows: shift.no_show_at,
        CompleteShift: shift.closes_at,
    }
    sources, _ = MOVES[type(command)]
    return shift.status not in sources or command.due != due[type(command)]
