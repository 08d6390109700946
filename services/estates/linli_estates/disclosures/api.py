"""HTTP for disclosures 查阅: parse, hand over, answer. No rule lives here, and nothing is shown:
the views show it to whom this is recorded of."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_service.http import Asking, Call, Done, commands

from linli_estates.disclosures.commands import DisclosureCommand, ExportPerson, RevealField
from linli_estates.disclosures.domain import DISCLOSURES
from linli_estates.disclosures.lookups import with_person

router = commands("/people", "disclosures")


class _Disclosing:
    """Records that somebody looks, and says where it is shown to them."""

    def __init__(self, request: Request, caller: Asking, call: Call, to: Response) -> None:
        self._store, self._caller, self._call, self._to = (
            request.app.state.store, caller, call, to,
        )  # fmt: skip

    async def __call__(self, person_key: UUID, command: DisclosureCommand) -> Done:
        tenant, known = await with_person(self._store, self._caller, person_key, command)
        done = Done.of(await self._call.create(DISCLOSURES, known, tenant))
        self._to.headers["Location"] = f"/reveals/{done.id}"
        return done


Disclosing = Annotated[_Disclosing, Depends()]


@router.post("/{person_key}/reveal")
async def reveal(person_key: UUID, command: RevealField, disclose: Disclosing) -> Done:
    return await disclose(person_key, command)


@router.post("/{person_key}/export")
async def export(person_key: UUID, command: ExportPerson, disclose: Disclosing) -> Done:
    return await disclose(person_key, command)
