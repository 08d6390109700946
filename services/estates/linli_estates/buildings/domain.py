"""Buildings 楼栋: where units are."""

from collections.abc import Sequence
from typing import Final

from linli_shared.decider import Decider, Rejected

from linli_estates.buildings.commands import RegisterBuilding
from linli_estates.buildings.events import BuildingRegistered


def decide(command: RegisterBuilding, there: bool) -> Sequence[BuildingRegistered]:
    if there:
        raise Rejected("ALREADY_REGISTERED", what="building")
    return [
        BuildingRegistered(
            occurred_at=command.at,
            building_key=command.key,
            building_id=command.building_id,
            label=command.label,
            by_id=command.actor.id,
        )
    ]


def evolve(there: bool, event: BuildingRegistered) -> bool:
    return True


BUILDINGS: Final = Decider("building", False, decide, evolve)
