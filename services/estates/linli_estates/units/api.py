"""HTTP for units 房屋: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.units.commands import (
    CorrectArea,
    MoveIn,
    MoveOut,
    RegisterUnit,
    TransferOwnership,
)
from linli_estates.units.domain import UNITS
from linli_estates.units.lookups import with_building, with_people

router = commands("/units", "units")


@router.post("", status_code=201)
async def register(command: RegisterUnit, call: Call) -> Done:
    return Done.of(await call.create(UNITS, command, command.estate_id, with_building))


@router.post("/{unit_key}/correct-area")
async def correct_area(unit_key: UUID, command: CorrectArea, call: Call) -> Done:
    return Done.of(await call.act(UNITS, unit_key, command))


@router.post("/{unit_key}/transfer-ownership")
async def transfer_ownership(unit_key: UUID, command: TransferOwnership, call: Call) -> Done:
    return Done.of(await call.act(UNITS, unit_key, command, with_people))


@router.post("/{unit_key}/move-in")
async def move_in(unit_key: UUID, command: MoveIn, call: Call) -> Done:
    return Done.of(await call.act(UNITS, unit_key, command, with_people))


@router.post("/{unit_key}/move-out")
async def move_out(unit_key: UUID, command: MoveOut, call: Call) -> Done:
    return Done.of(await call.act(UNITS, unit_key, command))
