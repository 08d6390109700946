"""What a unit 房屋 keeps from others: its id, its number in the building, and who lives there."""

from collections.abc import Sequence

from linli_shared.decider import Hold, Rejected, Release, Reservation

from linli_estates.units.events import (
    ResidentMovedIn,
    ResidentMovedOut,
    UnitEvent,
    UnitRegistered,
)
from linli_estates.units.state import Unit


def reserve(unit: Unit | None, event: UnitEvent) -> Sequence[Reservation]:
    """A person lives in one household of an estate: else nobody could say which."""
    match event:
        case UnitRegistered():
            no = f"{event.building_id}|{event.unit_no}"
            return [Hold("unit_id", event.unit_id), Hold("unit_no", no)]
        case ResidentMovedIn():
            return [Hold("resident", event.person_id)]
        case ResidentMovedOut():
            return [Release("resident", event.person_id)]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    if kind == "resident":
        return Rejected("RESIDES_ELSEWHERE", unit_key=holder)
    return Rejected("ALREADY_REGISTERED", what=kind)
