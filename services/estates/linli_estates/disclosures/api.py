"""HTTP for disclosures 查阅: parse, hand over, answer. No rule lives here, and nothing is shown:
the views show it to whom this is recorded of."""

from uuid import UUID

from fastapi import Request, Response
from linli_service.http import Asking, Call, Done, commands

from linli_estates.disclosures.commands import ExportPerson, RevealField
from linli_estates.disclosures.domain import DISCLOSURES
from linli_estates.disclosures.lookups import with_person

router = commands("/people", "disclosures")


@router.post("/{person_key}/reveal")
async def reveal(
    person_key: UUID,
    command: RevealField,
    caller: Asking,
    request: Request,
    call: Call,
    to: Response,
) -> Done:
    tenant, known = await with_person(request.app.state.store, caller, person_key, command)
    done = Done.of(await call.create(DISCLOSURES, known, tenant))
    to.headers["Location"] = f"/reveals/{done.id}"
    return done


@router.post("/{person_key}/export")
async def export(
    person_key: UUID,
    command: ExportPerson,
    caller: Asking,
    request: Request,
    call: Call,
    to: Response,
) -> Done:
    tenant, known = await with_person(request.app.state.store, caller, person_key, command)
    done = Done.of(await call.create(DISCLOSURES, known, tenant))
    to.headers["Location"] = f"/reveals/{done.id}"
    return done
