"""HTTP for erasures 删除个人信息: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.erasures.commands import (
    ApproveErasure,
    AskErasure,
    RefuseErasure,
    WithdrawErasure,
    key_of,
)
from linli_estates.erasures.domain import ERASURES
from linli_estates.erasures.lookups import with_guardians
from linli_estates.erasures.matters import with_matters

router = commands("/erasures", "erasures")


@router.post("", status_code=201)
async def ask(command: AskErasure, call: Call) -> Done:
    key = key_of(command.tenant, command.person_id)
    return Done.of(await call.reach(ERASURES, key, command, command.tenant, with_guardians))


@router.post("/{erasure_id}/approve")
async def approve(erasure_id: UUID, command: ApproveErasure, call: Call) -> Done:
    return Done.of(await call.act(ERASURES, erasure_id, command, with_matters))


@router.post("/{erasure_id}/refuse")
async def refuse(erasure_id: UUID, command: RefuseErasure, call: Call) -> Done:
    return Done.of(await call.act(ERASURES, erasure_id, command))


@router.post("/{erasure_id}/withdraw")
async def withdraw(erasure_id: UUID, command: WithdrawErasure, call: Call) -> Done:
    return Done.of(await call.act(ERASURES, erasure_id, command, with_guardians))
