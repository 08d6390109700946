"""What a steward 红色管家 keeps from others: being the steward that a person is, a badge's number,
and the lead of a building for a time."""

from collections.abc import Sequence
from datetime import date, timedelta

from linli_shared.decider import Hold, Rejected, Release, Reservation

from linli_estates.days import begin_of
from linli_estates.stewards.events import (
    BadgeIssued,
    StewardAppointed,
    StewardAssigned,
    StewardAssignmentEnded,
    StewardEvent,
    StewardshipEnded,
)
from linli_estates.stewards.state import Steward

_LEAD = "lead_steward"


def reserve(steward: Steward | None, event: StewardEvent) -> Sequence[Reservation]:
    match event:
        case StewardAppointed():
            return [Hold("steward", event.person_id)]
        case BadgeIssued():
            return [Release("badge"), Hold("badge", event.badge_no)]
        case StewardAssigned() if event.lead:
            return [_lead(event.building_id, event.from_on, event.to_on)]
        case StewardAssignmentEnded() if event.lead and steward:
            kept = [
                _lead(one.building_id, one.from_on, one.to_on)
                for no, one in steward.assignments.items()
                if one.lead and one.building_id == event.building_id and no != event.assignment_no
            ]
            return [Release(_LEAD, event.building_id), *kept]
        case StewardshipEnded():
            return [Release("steward"), Release("badge")]
        case _:
            return []


def _lead(building_id: str, from_on: date, to_on: date | None) -> Hold:
    """By local days, the last one included."""
    end = begin_of(to_on + timedelta(1)) if to_on else None
    return Hold(_LEAD, building_id, begin_of(from_on), end)


def taken(kind: str, holder: str) -> Rejected:
    """By whom is not told."""
    if kind == _LEAD:
        return Rejected("BUILDING_HAS_LEAD_STEWARD")
    return Rejected("ALREADY_REGISTERED", what=kind)
