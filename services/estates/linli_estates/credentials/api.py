"""HTTP for credentials 资质: parse, hand over, answer. No rule lives here."""

from fastapi import Request
from linli_service.http import Call, Done, commands

from linli_estates.credentials.commands import RecordCredential, key_of
from linli_estates.credentials.domain import CREDENTIALS
from linli_estates.people.lookups import known

router = commands("/credentials", "credentials")


@router.post("", status_code=201)
async def record(command: RecordCredential, call: Call, request: Request) -> Done:
    person, company = command.person_id, command.tenant
    found = await known(request.app.state.pool, company, [person])
    asked = command.learned(known=found)
    return Done.of(await call.reach(CREDENTIALS, key_of(company, person), asked, company))
