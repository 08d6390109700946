"""HTTP for leave 休假: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from fastapi import Request
from linli_service.http import Call, Done, commands

from linli_estates.absences.commands import EndLeave, RecordLeave, key_of
from linli_estates.absences.domain import ABSENCES
from linli_estates.people.lookups import known

router = commands("/absences", "absences")


@router.post("", status_code=201)
async def record(command: RecordLeave, call: Call, request: Request) -> Done:
    person, company = command.person_id, command.tenant
    found = await known(request.app.state.pool, company, [person])
    asked = command.learned(known=found)
    return Done.of(await call.reach(ABSENCES, key_of(company, person), asked, company))


@router.post("/{absence_key}/end-leave")
async def end_leave(absence_key: UUID, command: EndLeave, call: Call) -> Done:
    return Done.of(await call.act(ABSENCES, absence_key, command))
