"""HTTP for buildings 楼栋: parse, hand over, answer. No rule lives here."""

from linli_service.http import Call, Done, commands

from linli_estates.buildings.commands import RegisterBuilding, key_of
from linli_estates.buildings.domain import BUILDINGS

router = commands("/buildings", "buildings")


@router.post("", status_code=201)
async def register(command: RegisterBuilding, call: Call) -> Done:
    key = key_of(command.estate_id, command.building_id)
    return Done.of(await call.reach(BUILDINGS, key, command, command.estate_id))
