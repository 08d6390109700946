"""The accounts of fees 物业费: one row a unit, with its bills and what is owed, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read


class Bill(TypedDict):
    """`begins_on` is the first day of its period; `paid_fen` and `waived_fen` of `amount_fen`."""

    bill_no: str
    period: str
    begins_on: str
    amount_fen: int
    paid_fen: int
    waived_fen: int


@dataclass(frozen=True, slots=True)
class Account:
    """`owed_fen` of all bills together, `owing` whether there is any; `prepaid_fen` went to no
    bill. `version` is the stream's, for If-Match."""

    estate: str
    account_id: UUID
    unit_id: str
    building_id: str
    owing: bool
    owed_fen: int
    prepaid_fen: int
    bills: tuple[Bill, ...]
    opened_at: datetime
    changed_at: datetime
    version: int


ACCOUNTS: Final = View(
    "fee_board",
    row=Account,
    key=["account_id"],
    indexes=[
        "estate, opened_at desc, account_id desc",
        "estate, building_id, owing, opened_at desc, account_id desc",
        "estate, unit_id",
    ],
)
LISTING: Final = Listing("fee_board", "opened_at", "account_id", lambda number: "false", ())


@ACCOUNTS.on(events.FeeAccountOpened.wire, events.FeeAccountOpened)
def opened(account: Account | None, event: events.FeeAccountOpened, fact: Fact) -> Account:
    return Account(
        estate=fact.estate,
        account_id=event.account_id,
        unit_id=event.unit_id,
        building_id=event.building_id,
        owing=False,
        owed_fen=0,
        prepaid_fen=0,
        bills=(),
        opened_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(account: Account, event: events.OfAccount) -> Mapping[str, Any]:
    match event:
        case events.BillIssued():
            bill = Bill(
                bill_no=event.bill_no,
                period=event.period,
                begins_on=event.begins_on.isoformat(),
                amount_fen=event.amount_fen,
                paid_fen=0,
                waived_fen=0,
            )
            return _owing((*account.bills, bill))
        case events.BillWaived():
            return _owing(_with(account, {event.bill_no: (0, event.amount_fen)}))
        case events.OfPayment():
            return _paid(account, event)
        case _:
            return {}


def _paid(account: Account, event: events.OfPayment) -> Mapping[str, Any]:
    way = -1 if isinstance(event, events.PaymentReversed) else 1
    given: dict[str, tuple[int, int]] = {}
    for one in event.allocations:  # what is reversed may name a bill twice
        paid, _ = given.get(one.bill_no, (0, 0))
        given[one.bill_no] = (paid + way * one.amount_fen, 0)
    to_bills = sum(one.amount_fen for one in event.allocations)
    came = 0 if isinstance(event, events.PrepaymentAllocated) else event.amount_fen
    left = account.prepaid_fen + way * (came - to_bills)
    return {**_owing(_with(account, given)), "prepaid_fen": left}


def _with(account: Account, more: Mapping[str, tuple[int, int]]) -> tuple[Bill, ...]:
    """With so much more paid and waived of those bills."""

    def moved(bill: Bill) -> Bill:
        paid, waived = more.get(bill["bill_no"], (0, 0))
        into = {"paid_fen": bill["paid_fen"] + paid, "waived_fen": bill["waived_fen"] + waived}
        return Bill(**{**bill, **into})  # type: ignore[typeddict-item]

    return tuple(map(moved, account.bills))


def _owing(bills: tuple[Bill, ...]) -> dict[str, Any]:
    owed = sum(bill["amount_fen"] - bill["paid_fen"] - bill["waived_fen"] for bill in bills)
    return {"bills": bills, "owed_fen": owed, "owing": owed > 0}


follow(ACCOUNTS, events.OF_ACCOUNTS, _changes)

router = queries("/fee-accounts", "fees")


class Wanted(Asked):
    """`owing`: those with arrears 欠费."""

    building_id: Key | None = None
    unit_id: Key | None = None
    owing: bool | None = None


@router.get("")
async def accounts(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Account]:
    """The newest first, for staff."""
    filters = wanted.model_dump(include={"building_id", "unit_id", "owing"})
    found, following = await LISTING.page(read, filters, wanted)
    assert ACCOUNTS.rows
    return Page(items=[ACCOUNTS.rows.parse(record) for record in found], next=following)


@router.get("/{account_id}", response_model=Account, responses=UNCHANGED)
async def account(account_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert ACCOUNTS.rows
    found: Account = ACCOUNTS.rows.parse(await LISTING.one(read, account_id))
    return told(found, found.version, if_none_match, to)
