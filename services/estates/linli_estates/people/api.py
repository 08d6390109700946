"""HTTP for people 人员: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.people.commands import (
    CorrectPerson,
    DeclareKinship,
    RegisterPerson,
    WithdrawKinship,
    key_of,
)
from linli_estates.people.domain import PEOPLE
from linli_estates.people.lookups import with_other

router = commands("/people", "people")


@router.post("", status_code=201)
async def register(command: RegisterPerson, call: Call) -> Done:
    key = key_of(command.tenant, command.person_id)
    return Done.of(await call.reach(PEOPLE, key, command, command.tenant))


@router.post("/{person_key}/correct")
async def correct(person_key: UUID, command: CorrectPerson, call: Call) -> Done:
    return Done.of(await call.act(PEOPLE, person_key, command))


@router.post("/{person_key}/declare-kinship")
async def declare_kinship(person_key: UUID, command: DeclareKinship, call: Call) -> Done:
    return Done.of(await call.act(PEOPLE, person_key, command, with_other))


@router.post("/{person_key}/withdraw-kinship")
async def withdraw_kinship(person_key: UUID, command: WithdrawKinship, call: Call) -> Done:
    return Done.of(await call.act(PEOPLE, person_key, command))
