"""What the rules of a unit 房屋 need to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from linli_estates.units.events import (
    OwnershipTransferred,
    ResidentMovedIn,
    ResidentMovedOut,
    Title,
    UnitAreaCorrected,
    UnitEvent,
    UnitRegistered,
)


@dataclass(frozen=True, slots=True)
class Unit:
    unit_id: str
    building_id: str
    area_cm2: int
    titles: tuple[Title, ...] = ()
    residents: Mapping[str, int] = field(default_factory=dict)
    """By person, the number of their household."""


def evolve(unit: Unit | None, event: UnitEvent) -> Unit:
    if isinstance(event, UnitRegistered):
        return Unit(event.unit_id, event.building_id, event.area_cm2)
    assert unit is not None, "a stream begins with UnitRegistered"
    match event:
        case UnitAreaCorrected():
            return replace(unit, area_cm2=event.area_cm2)
        case OwnershipTransferred():
            return replace(unit, titles=event.titles)
        case ResidentMovedIn():
            there = {**unit.residents, event.person_id: event.household_no}
            return replace(unit, residents=there)
        case ResidentMovedOut():
            left = {who: no for who, no in unit.residents.items() if who != event.person_id}
            return replace(unit, residents=left)
        case _:
            assert_never(event)
