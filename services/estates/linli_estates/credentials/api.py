"""HTTP for credentials 资质: parse, hand over, answer. No rule lives here."""

from linli_service.http import Call, Done, commands

from linli_estates.credentials.commands import RecordCredential, key_of
from linli_estates.credentials.domain import CREDENTIALS
from linli_estates.people.lookups import with_person

router = commands("/credentials", "credentials")


@router.post("", status_code=201)
async def record(command: RecordCredential, call: Call) -> Done:
    key = key_of(command.tenant, command.person_id)
    return Done.of(await call.reach(CREDENTIALS, key, command, command.tenant, with_person))
