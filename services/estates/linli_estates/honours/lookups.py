"""What is looked up before a demonstration post is awarded: the steward."""

from linli_shared.store import Reader

from linli_estates.honours.commands import AwardPost
from linli_estates.stewards.domain import STEWARDS
from linli_estates.stewards.state import Steward


async def with_steward(reader: Reader, command: AwardPost) -> AwardPost:
    steward: Steward | None = await reader.load(STEWARDS, command.steward_id)
    return command.learned(steward=steward)
