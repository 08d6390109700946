"""What is looked up before a steward 红色管家 is decided on: whether the company knows the person,
and how many households the buildings have."""

from linli_shared.store import Reader

from linli_estates.buildings.commands import key_of
from linli_estates.buildings.domain import BUILDINGS
from linli_estates.people.lookups import company_of, known
from linli_estates.stewards.commands import AppointSteward, AssignSteward
from linli_estates.stewards.domain import STEWARDS
from linli_estates.stewards.state import Steward

_UNITS = "select estates.units_in($1, $2) as units"


async def with_person(reader: Reader, command: AppointSteward) -> AppointSteward:
    found = await known(reader.pool, await company_of(reader), [command.person_id])
    return command.learned(known=found)


async def with_households(reader: Reader, command: AssignSteward) -> AssignSteward:
    """A household is a unit, as for fees. Units that are registered meanwhile count next time."""
    steward: Steward | None = await reader.load(STEWARDS, command.key)
    mine = {one.building_id for one in steward.assignments.values()} if steward else set[str]()
    found: dict[str, int] = {}
    for building in sorted({*mine, command.building_id}):
        there: bool = await reader.load(BUILDINGS, key_of(reader.estate, building))
        if there:
            (row,) = await reader.rows(_UNITS, reader.estate, building)
            found[building] = row["units"]
    return command.learned(households=found)
