"""What is looked up before an account of fees 物业费 is decided on: its unit, and whether a period
is closed, guarded."""

from linli_shared.store import Reader

from linli_estates.fees.commands import IssueBill, OpenAccount, WaiveBill
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.fees.state import Account
from linli_estates.periods.commands import key_of
from linli_estates.periods.domain import PERIODS

_BUILDING: str = "select estates.building_of($1, $2) as building"


async def with_building(reader: Reader, command: OpenAccount) -> OpenAccount:
    """Once a unit is there it stays, so nothing is guarded."""
    (row,) = await reader.rows(_BUILDING, command.estate_id, command.unit_id)
    return command.learned(building=row["building"])


async def with_period(reader: Reader, command: IssueBill) -> IssueBill:
    return command.learned(closed=await _closed(reader, command.period))


async def with_period_of_bill(reader: Reader, command: WaiveBill) -> WaiveBill:
    account: Account | None = await reader.load(ACCOUNTS, command.key)
    bill = account.bills.get(command.bill_no) if account else None
    return command.learned(closed=bill is not None and await _closed(reader, bill.period))


async def _closed(reader: Reader, period: str) -> bool:
    closed: bool = await reader.load(PERIODS, key_of(reader.estate, period))
    return closed
