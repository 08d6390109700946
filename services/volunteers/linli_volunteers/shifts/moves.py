"""Which command may meet which state of a shift 班次, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelShift,
    CancelSignup,
    CheckIn,
    CheckOut,
    CompleteShift,
    PlanShift,
    PublishShift,
    RecordNoShows,
    SignUpForShift,
    StartShift,
)
from linli_volunteers.shifts.terms import ON, Status

MOVES: Final[Moves] = {
    PlanShift: ({None}, Status.DRAFT),
    PublishShift: ({Status.DRAFT}, Status.PUBLISHED),
    StartShift: ({Status.PUBLISHED}, Status.IN_PROGRESS),
    CompleteShift: (ON, Status.COMPLETED),
    CancelShift: ({Status.DRAFT, *ON}, Status.CANCELLED),
    # Signing up has codes of its own for each state that it may not meet.
    SignUpForShift: (frozenset(Status), None),
    AssignVolunteer: (frozenset(Status), None),
    CancelSignup: (ON, None),
    CheckIn: (ON, None),
    CheckOut: (ON, None),
    RecordNoShows: (ON, None),
}
