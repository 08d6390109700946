"""What a place in a shift 班次 keeps from others: their time who have it. Waiting keeps none."""

from collections.abc import Sequence

from linli_shared.decider import Rejected, Reservation

from linli_volunteers.engagements import hold, lost, release, release_all
from linli_volunteers.shifts.events import (
    NoShowRecorded,
    ShiftCancelled,
    ShiftCompleted,
    ShiftEvent,
    SignupCancelled,
    SignupConfirmed,
    WaitlistPromoted,
)
from linli_volunteers.shifts.state import Shift


def reserve(shift: Shift | None, event: ShiftEvent) -> Sequence[Reservation]:
    """Who has checked out keeps it until the shift is over: they may still be on their way."""
    match event:
        case SignupConfirmed() | WaitlistPromoted() if shift:
            return hold(event.person_id, shift.engagement(event.shift_id))
        case SignupCancelled() | NoShowRecorded() if shift:
            return release(event.person_id, shift.engagement(event.shift_id))
        case ShiftCancelled() | ShiftCompleted():
            return release_all()
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    return lost()
