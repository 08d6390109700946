"""HTTP for demonstration posts 示范岗/先锋岗: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.honours.commands import AwardPost, WithdrawPost
from linli_estates.honours.domain import HONOURS
from linli_estates.honours.lookups import with_steward

router = commands("/demonstration-posts", "stewards")


@router.post("", status_code=201)
async def award(command: AwardPost, call: Call) -> Done:
    return Done.of(await call.create(HONOURS, command, command.estate_id, with_steward))


@router.post("/{honour_id}/withdraw")
async def withdraw(honour_id: UUID, command: WithdrawPost, call: Call) -> Done:
    return Done.of(await call.act(HONOURS, honour_id, command))
