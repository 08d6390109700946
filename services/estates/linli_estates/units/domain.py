"""Units 房屋: exclusive area, owners with shares of 10,000 bp together, households."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_estates.days import day_of
from linli_estates.units.commands import (
    CorrectArea,
    MoveIn,
    MoveOut,
    RegisterUnit,
    TransferOwnership,
    UnitCommand,
)
from linli_estates.units.events import (
    OwnershipTransferred,
    ResidentMovedIn,
    ResidentMovedOut,
    Title,
    UnitAreaCorrected,
    UnitEvent,
    UnitRegistered,
)
from linli_estates.units.reservations import reserve, taken
from linli_estates.units.state import Unit, evolve
from linli_estates.units.terms import WHOLE_BP

_REGISTERED: Final = "registered"
MOVES: Final[lifecycle.Moves] = {
    RegisterUnit: ({None}, _REGISTERED),
    CorrectArea: ({_REGISTERED}, None),
    TransferOwnership: ({_REGISTERED}, None),
    MoveIn: ({_REGISTERED}, None),
    MoveOut: ({_REGISTERED}, None),
}


def decide(command: UnitCommand, unit: Unit | None) -> Sequence[UnitEvent]:
    lifecycle.check(MOVES, command, _REGISTERED if unit else None)
    if isinstance(command, RegisterUnit):
        return _register(command)
    assert unit is not None, "every other command needs a state"
    of = _facts(command, unit.unit_id, unit.building_id)
    match command:
        case CorrectArea():
            same = command.area_cm2 == unit.area_cm2
            return [] if same else [UnitAreaCorrected(**of, area_cm2=command.area_cm2)]
        case TransferOwnership():
            return _transfer(command, unit, of)
        case MoveIn():
            return _move_in(command, unit, of)
        case MoveOut():
            if (no := unit.residents.get(command.person_id)) is None:
                raise Rejected("NOT_FOUND")
            return [ResidentMovedOut(**of, person_id=command.person_id, household_no=no)]
        case _:
            assert_never(command)


def _register(command: RegisterUnit) -> Sequence[UnitRegistered]:
    if not command._building:
        raise Rejected("NOT_FOUND")
    return [
        UnitRegistered(
            **_facts(command, command.unit_id, command.building_id),
            unit_no=command.unit_no,
            area_cm2=command.area_cm2,
        )
    ]


def _transfer(
    command: TransferOwnership, unit: Unit, of: dict[str, Any]
) -> Sequence[OwnershipTransferred]:
    if (sum_bp := sum(title.share_bp for title in command.titles)) != WHOLE_BP:
        raise Rejected("OWNERSHIP_SHARE_INVALID", sum_bp=sum_bp)
    _all_known(command)
    if command.effective_on > day_of(command.now):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    titles = tuple(Title(person_id=t.person_id, share_bp=t.share_bp) for t in command.titles)
    if titles == unit.titles:
        return []
    on = command.effective_on
    return [OwnershipTransferred(**of, titles=titles, previous=unit.titles, effective_on=on)]


def _move_in(command: MoveIn, unit: Unit, of: dict[str, Any]) -> Sequence[UnitEvent]:
    """Into another household of the same unit, one moves out of the first."""
    _all_known(command)
    person, no = command.person_id, command.household_no
    if (was := unit.residents.get(person)) == no:
        return []
    left = [ResidentMovedOut(**of, person_id=person, household_no=was)] if was else []
    came = ResidentMovedIn(**of, person_id=person, household_no=no, tenure=command.tenure)
    return [*left, came]


def _all_known(command: TransferOwnership | MoveIn) -> None:
    if not {*command.people} <= command._known:
        raise Rejected("PERSON_UNKNOWN")


def _facts(command: UnitCommand, unit_id: str, building_id: str) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "unit_key": command.key,
        "unit_id": unit_id,
        "building_id": building_id,
        "by_id": command.actor.id,
    }


UNITS: Final = Decider("unit", None, decide, evolve, reserve, taken)
