"""HTTP for batches of bills 账单导入: every bill is a command of its own account."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Self
from uuid import UUID, uuid4, uuid5

from fastapi import Request
from linli_service.auth import Caller
from linli_service.http import Asking, Call, Done, commands
from linli_shared.asked import Asked, Outcome
from linli_shared.decider import Rejected
from linli_shared.store import EventStore
from pydantic import BaseModel

from linli_estates.bill_imports.commands import Fate, ImportBills, Line
from linli_estates.bill_imports.domain import IMPORTS
from linli_estates.fees.commands import ACCOUNTANTS, IssueBill, OpenAccount, key_of
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.fees.lookups import with_building, with_period

_AT_ONCE: Final = 20
_PARTS: Final = UUID("7d0b6b0e-3f52-5d0a-9d8e-54d1b6a5c9f0")
_OF_THE_BILL: Final = frozenset({"NOT_FOUND", "BILL_DUPLICATE", "PERIOD_CLOSED"})
"""What is wrong with one bill; anything else is wrong with the request."""
router = commands("/bill-imports", "fees")


class Told(BaseModel):
    """`code` says why it was refused; NOT_FOUND: the estate has no such unit."""

    bill_no: str
    fate: Fate
    code: str | None = None


class Imported(Done):
    """`bills` in the order of the request."""

    bills: list[Told]

    @classmethod
    def told(cls, outcome: Outcome, bills: Sequence[Told]) -> Self:
        return cls(id=outcome.key, version=outcome.version, bills=list(bills))


@router.post("", status_code=201)
async def import_bills(
    command: ImportBills, call: Call, asking: Asking, request: Request
) -> Imported:
    """Sent again, it goes on where it stopped."""
    if not (roles := asking.estates.get(command.estate_id)):
        raise Rejected("NOT_FOUND")
    if not roles & ACCOUNTANTS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(ACCOUNTANTS))
    store: EventStore = request.app.state.store
    key = request.headers["idempotency-key"]
    told: list[Told] = []
    for begin in range(0, len(command.bills), _AT_ONCE):
        some = command.bills[begin : begin + _AT_ONCE]
        told += await asyncio.gather(
            *(_issued(store, command, bill, _part(asking, key, command, bill)) for bill in some)
        )
    known = command.learned(fates=[one.fate for one in told])
    return Imported.told(await call.create(IMPORTS, known, command.estate_id), told)


def _part(caller: Caller, key: str, command: ImportBills, bill: Line) -> Asked:
    """One of the commands that the request makes: sent again, each is the same again."""
    said = f"{command.estate_id}\n{bill.model_dump_json()}\n{command.occurred_at}"
    return Asked(
        actor=caller.person,
        estates=caller.estates,
        command=uuid5(_PARTS, f"{caller.subject}\n{key}\n{bill.bill_no}"),
        request=uuid5(_PARTS, said),
        correlation=uuid4(),
    )


async def _issued(store: EventStore, command: ImportBills, bill: Line, asked: Asked) -> Told:
    estate, at = command.estate_id, command.occurred_at
    key = key_of(estate, bill.unit_id)
    issue = IssueBill(occurred_at=at, **bill.model_dump(exclude={"unit_id"}))
    try:
        try:
            outcome = await store.act(ACCOUNTS, key, issue, asked, with_period)
        except Rejected as rejected:
            if rejected.code != "NOT_FOUND":
                raise
            opening = OpenAccount(estate_id=estate, unit_id=bill.unit_id, occurred_at=at)
            first = replace(asked, command=uuid5(asked.command, "open"))
            await store.reach(ACCOUNTS, key, opening, first, estate, with_building)
            outcome = await store.act(ACCOUNTS, key, issue, asked, with_period)
    except Rejected as rejected:
        if rejected.code not in _OF_THE_BILL:
            raise
        return Told(bill_no=bill.bill_no, fate="refused", code=rejected.code)
    return Told(bill_no=bill.bill_no, fate="issued" if outcome.events else "unchanged")
