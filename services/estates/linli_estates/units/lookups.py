"""What is looked up before a unit 房屋 is decided on: its building, guarded, and who is known."""

from typing import TypeVar

from linli_shared.store import Reader

from linli_estates.buildings.commands import key_of as key_of_building
from linli_estates.buildings.domain import BUILDINGS
from linli_estates.people.lookups import company_of, known
from linli_estates.units.commands import MoveIn, RegisterUnit, TransferOwnership

N = TypeVar("N", TransferOwnership, MoveIn)


async def with_building(reader: Reader, command: RegisterUnit) -> RegisterUnit:
    key = key_of_building(reader.estate, command.building_id)
    there: bool = await reader.load(BUILDINGS, key)
    return command.learned(building=there)


async def with_people(reader: Reader, command: N) -> N:
    found = await known(reader.pool, await company_of(reader), command.people)
    return command.learned(known=found)
