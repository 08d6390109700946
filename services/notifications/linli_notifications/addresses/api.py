"""HTTP for addresses 通知地址: a person says where their own messages go."""

from uuid import UUID

from linli_service.http import Asking, Call, Done, commands

from linli_notifications.addresses.commands import RemoveAddress, SetAddress
from linli_notifications.addresses.domain import ADDRESSES, address_of

router = commands("/addresses", "addresses")


@router.post("", status_code=201)
async def set_address(command: SetAddress, caller: Asking, call: Call) -> Done:
    """The first one begins the person's address in the estate, every other one replaces it."""
    key = address_of(command.estate_id, caller.person)
    return Done.of(await call.reach(ADDRESSES, key, command, command.estate_id))


@router.post("/{address_id}/remove")
async def remove(address_id: UUID, command: RemoveAddress, call: Call) -> Done:
    return Done.of(await call.act(ADDRESSES, address_id, command))
