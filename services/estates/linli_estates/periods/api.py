"""HTTP for fee periods 账期: parse, hand over, answer. No rule lives here."""

from linli_service.http import Call, Done, commands

from linli_estates.periods.commands import ClosePeriod, key_of
from linli_estates.periods.domain import PERIODS

router = commands("/fee-periods", "fees")


@router.post("", status_code=201)
async def close(command: ClosePeriod, call: Call) -> Done:
    """There is nothing of a period before it is closed."""
    key = key_of(command.estate_id, command.period)
    return Done.of(await call.reach(PERIODS, key, command, command.estate_id))
