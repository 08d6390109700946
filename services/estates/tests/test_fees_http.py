"""Fees over HTTP on a real database: batches that are sent again, and numbers that are one among
all accounts, whoever comes first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.estates.tests.a_home import BUILDING, HOME
from services.estates.tests.conftest import Who
from shared.tests.served import Person

ROLES = {"xx": ["estate_manager"]}
UNITS = ("3-1", "3-2", "3-3")


@asynccontextmanager
async def a_desk(who: Who) -> AsyncIterator[Person]:
    """The manager of xx with building 3 and its three units."""
    async with who("zhao", ROLES) as zhao:
        await zhao.does("/buildings", **BUILDING)
        for unit in UNITS:
            await zhao.does("/units", **HOME | {"unit_id": unit, "unit_no": unit})
        yield zhao


def bill(no: str, unit: str = UNITS[0], **change: Any) -> dict[str, Any]:
    return {"bill_no": no, "unit_id": unit, "period": "2020-Q2", "amount_fen": 90_000} | change


def batch(*bills: dict[str, Any]) -> dict[str, Any]:
    return {"estate_id": "xx", "bills": bills}


async def account(person: Person, unit: str = UNITS[0]) -> str:
    opened = await person.does("/fee-accounts", estate_id="xx", unit_id=unit)
    return f"/fee-accounts/{opened['id']}"


async def test_a_batch_says_of_each_bill_what_became_of_it(who: Who) -> None:
    async with a_desk(who) as zhao:
        bills = [bill(f"B{n}", unit) for n, unit in enumerate(UNITS)]
        told = await zhao.does("/bill-imports", **batch(*bills))
        assert [one["fate"] for one in told["bills"]] == ["issued"] * 3
        mixed = (bills[0], bills[1] | {"amount_fen": 1}, bill("B9", "none"), bill("B10"))
        told = await zhao.does("/bill-imports", **batch(*mixed))
        assert [(one["fate"], one["code"]) for one in told["bills"]] == [
            ("unchanged", None), ("refused", "BILL_DUPLICATE"), ("refused", "NOT_FOUND"),
            ("issued", None),
        ]  # fmt: skip
        elsewhere = await zhao.does("/bill-imports", **batch(bill("B0", UNITS[1])))
        assert elsewhere["bills"][0]["code"] == "BILL_DUPLICATE"


async def test_a_batch_sent_again_is_answered_as_the_first_time(who: Who) -> None:
    async with a_desk(who) as zhao:
        body, key = batch(*(bill(f"B{n}") for n in range(3))), {"Idempotency-Key": "Q2"}
        first, again = [
            await zhao.client.post("/bill-imports", json=body, headers=key) for _ in range(2)
        ]
        assert (first.status_code, first.json()) == (201, again.json())
        assert first.headers["location"] == f"/bill-imports/{first.json()['id']}"
        other = batch(bill("B0", amount_fen=1))
        reused = await zhao.client.post("/bill-imports", json=other, headers=key)
        assert reused.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_of_two_units_at_once_one_has_the_bill_and_one_the_payment(who: Who) -> None:
    async with a_desk(who) as zhao:
        accounts = [await account(zhao, unit) for unit in UNITS[:2]]
        billed = {"bill_no": "B1", "period": "2020-Q2", "amount_fen": 90_000}
        paid = {"payment_no": "P1", "amount_fen": 1}
        for command, body in (("issue-bill", billed), ("record-payment", paid)):
            said = await asyncio.gather(*(zhao.asks(f"{a}/{command}", **body) for a in accounts))
            assert sorted(one.status_code for one in said) == [200, 409]


async def test_two_payments_at_once_do_not_pay_one_bill_twice(who: Who) -> None:
    async with a_desk(who) as zhao:
        await zhao.does("/bill-imports", **batch(bill("B1")))
        path = f"{await account(zhao)}/record-payment"
        whole = {"amount_fen": 90_000, "allocations": [{"bill_no": "B1", "amount_fen": 90_000}]}
        said = await asyncio.gather(
            *(zhao.asks(path, payment_no=f"P{n}", **whole) for n in range(4))
        )
        assert sorted(one.status_code for one in said) == [200, 422, 422, 422]
        late = {one.json()["code"] for one in said if one.is_error}
        assert late == {"ALLOCATION_EXCEEDS_BILL"}


async def test_a_closed_period_is_closed_for_every_account(who: Who) -> None:
    async with a_desk(who) as zhao:
        await zhao.does("/bill-imports", **batch(bill("B1")))
        await zhao.does("/fee-periods", estate_id="xx", period="2020-Q2")
        told = await zhao.does("/bill-imports", **batch(bill("B1"), bill("B2")))
        assert [one["code"] for one in told["bills"]] == [None, "PERIOD_CLOSED"]
        own = await account(zhao)
        waiver = {"bill_no": "B1", "amount_fen": 1, "reason": "vacancy"}
        await zhao.refused(f"{own}/waive-bill", "PERIOD_CLOSED", **waiver)
        await zhao.refused(f"{own}/waive-bill", "NOT_FOUND", **waiver | {"bill_no": "B9"})
        late = {"payment_no": "P1", "amount_fen": 9}
        await zhao.does(f"{own}/record-payment", **late)
        use = {"payment_no": "P1", "allocations": [{"bill_no": "B1", "amount_fen": 9}]}
        await zhao.does(f"{own}/allocate-prepayment", **use)
        await zhao.does(f"{own}/reverse-payment", payment_no="P1")


async def test_who_may_not_bring_bills_is_told_so_before_anything_is_done(who: Who) -> None:
    async with a_desk(who) as zhao, who("li", {"xx": ["resident"]}) as li:
        await li.refused("/bill-imports", "ROLE_NOT_PERMITTED", **batch(bill("B1")))
        await li.refused("/bill-imports", "NOT_FOUND", **batch(bill("B1")) | {"estate_id": "yy"})
        await zhao.refused("/fee-accounts", "NOT_FOUND", estate_id="xx", unit_id="none")
