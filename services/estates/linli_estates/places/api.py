"""HTTP for places 场所: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.places.commands import RegisterPlace, RetirePlace, SetHours
from linli_estates.places.domain import PLACES

router = commands("/places", "places")


@router.post("", status_code=201)
async def register(command: RegisterPlace, call: Call) -> Done:
    return Done.of(await call.create(PLACES, command, command.estate_id))


@router.post("/{place_id}/set-hours")
async def set_hours(place_id: UUID, command: SetHours, call: Call) -> Done:
    return Done.of(await call.act(PLACES, place_id, command))


@router.post("/{place_id}/retire")
async def retire(place_id: UUID, command: RetirePlace, call: Call) -> Done:
    return Done.of(await call.act(PLACES, place_id, command))
