"""HTTP for leave 休假: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.absences.commands import EndLeave, RecordLeave, key_of
from linli_estates.absences.domain import ABSENCES
from linli_estates.people.lookups import with_person

router = commands("/absences", "absences")


@router.post("", status_code=201)
async def record(command: RecordLeave, call: Call) -> Done:
    key = key_of(command.tenant, command.person_id)
    return Done.of(await call.reach(ABSENCES, key, command, command.tenant, with_person))


@router.post("/{absence_key}/end-leave")
async def end_leave(absence_key: UUID, command: EndLeave, call: Call) -> Done:
    return Done.of(await call.act(ABSENCES, absence_key, command))
