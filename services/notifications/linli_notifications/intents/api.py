"""HTTP for dead letters 未送达: those at the desk have seen to it that the person hears."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_notifications.intents.commands import SettleDeadLetter
from linli_notifications.intents.domain import INTENTS

router = commands("/dead-letters", "dead letters")


@router.post("/{intent_id}/settle")
async def settle(intent_id: UUID, command: SettleDeadLetter, call: Call) -> Done:
    return Done.of(await call.act(INTENTS, intent_id, command))
