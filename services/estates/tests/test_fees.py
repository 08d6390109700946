"""Fees 物业费: what was billed, paid for which bill and waived, to the fen."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.bill_imports.commands import ImportBills
from linli_estates.bill_imports.domain import IMPORTS
from linli_estates.fees.commands import (
    AllocatePrepayment,
    RecordPayment,
    ReversePayment,
    Share,
    WaiveBill,
)
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.fees.terms import WaiverReason
from linli_estates.periods.calendar import begins_on, ended_by
from linli_language.roles import Role
from linli_shared.decider import Hold, Rejected
from linli_shared.testing import Spec
from pydantic import ValidationError

from services.estates.tests.a_ledger import (
    BILLED,
    CLOSED,
    FEE,
    IMPORTED,
    ISSUED,
    NEXT,
    NO_ACCOUNT,
    OPEN_PERIOD,
    OPENED,
    PAID,
    REVERSED,
    USED,
    WAIVED,
    by,
    closing,
    issuing,
    opening,
    paying,
)


def using(**bills: int) -> AllocatePrepayment:
    shares: Any = [{"bill_no": bill, "amount_fen": fen} for bill, fen in bills.items()]
    return by(AllocatePrepayment(payment_no="P1", allocations=shares))


def waiving(fen: int, bill_no: str = "B1", *, closed: bool = False) -> WaiveBill:
    reason = WaiverReason.HARDSHIP
    return by(WaiveBill(bill_no=bill_no, amount_fen=fen, reason=reason).learned(closed=closed))


REVERSING = by(ReversePayment(payment_no="P1"))


# --- bills ------------------------------------------------------------------------------------


def test_an_account_is_of_a_unit_that_is_there_and_opened_once() -> None:
    NO_ACCOUNT.when(opening()).then(OPENED)
    NO_ACCOUNT.when(opening(None)).rejected("NOT_FOUND")
    NO_ACCOUNT.given(OPENED).when(opening()).then()


@pytest.mark.parametrize("command", [issuing(), paying(1), using(B1=1), REVERSING, waiving(1)])
def test_before_that_it_has_nothing(command: Any) -> None:
    NO_ACCOUNT.when(command).rejected("NOT_FOUND")


def test_a_bill_is_issued_once_whoever_brings_it_again() -> None:
    NO_ACCOUNT.given(OPENED).when(issuing()).then(ISSUED)
    BILLED.when(issuing()).then()
    for change in ({"amount_fen": FEE + 1}, {"period": "2020-Q3"}):
        BILLED.when(issuing(**change)).rejected("BILL_DUPLICATE")


def test_its_number_is_of_one_unit_of_the_estate() -> None:
    NO_ACCOUNT.given(OPENED).when(issuing()).reserves(Hold("bill", "B1"))
    BILLED.when(paying(1)).reserves(Hold("payment", "P1"))
    BILLED.when(waiving(1)).reserves()
    assert ACCOUNTS.taken("bill", "").code == "BILL_DUPLICATE"
    assert ACCOUNTS.taken("payment", "").code == "PAYMENT_DUPLICATE"


def test_a_closed_period_takes_no_bill_and_no_waiver_but_payments() -> None:
    """Seen red with the two checks of `_closed` taken out."""
    NO_ACCOUNT.given(OPENED).when(issuing(closed=True)).rejected("PERIOD_CLOSED")
    BILLED.when(waiving(1, closed=True)).rejected("PERIOD_CLOSED")
    BILLED.when(issuing(closed=True)).then()  # it was there before
    BILLED.when(paying(80_000, B1=50_000)).then(PAID)


# --- payments ---------------------------------------------------------------------------------


def test_a_payment_goes_to_bills_and_what_is_left_is_prepaid() -> None:
    BILLED.when(paying(80_000, B1=50_000)).then(PAID)
    BILLED.given(PAID).when(using(B2=20_000)).then(USED)
    BILLED.given(PAID, USED).when(using(B2=10_001)).rejected(
        "ALLOCATION_EXCEEDS_PAYMENT", left_fen=10_000
    )
    BILLED.when(paying(5, B1=6)).rejected("ALLOCATION_EXCEEDS_PAYMENT", left_fen=5)


def test_no_bill_is_paid_beyond_what_it_has_left() -> None:
    """Seen red with `_allocated` not comparing."""
    BILLED.when(paying(FEE + 1, B1=FEE + 1)).rejected("ALLOCATION_EXCEEDS_BILL", left_fen=FEE)
    there = BILLED.given(PAID, WAIVED)
    there.when(paying(90_000, "P2", B1=30_001)).rejected("ALLOCATION_EXCEEDS_BILL", left_fen=30_000)
    there.when(using(B1=30_001)).rejected("ALLOCATION_EXCEEDS_BILL", left_fen=30_000)
    there.when(waiving(30_001)).rejected("ALLOCATION_EXCEEDS_BILL", left_fen=30_000)


def test_a_bill_and_a_payment_that_nobody_knows_are_not_found() -> None:
    BILLED.when(paying(1, B9=1)).rejected("NOT_FOUND")
    BILLED.when(waiving(1, "B9")).rejected("NOT_FOUND")
    BILLED.when(using(B1=1)).rejected("NOT_FOUND")
    BILLED.when(REVERSING).rejected("NOT_FOUND")


def test_a_payment_is_recorded_once_whoever_brings_it_again() -> None:
    there = BILLED.given(PAID, USED)
    there.when(paying(80_000, B1=50_000)).then()
    there.when(paying(80_000, B1=49_999)).rejected("PAYMENT_DUPLICATE")
    there.when(paying(80_001, B1=50_000)).rejected("PAYMENT_DUPLICATE")


def test_a_reversal_takes_all_of_it_back_and_happens_once() -> None:
    there = BILLED.given(PAID, USED)
    there.when(REVERSING).then(REVERSED)
    after = there.given(REVERSED)
    after.when(REVERSING).rejected("PAYMENT_ALREADY_REVERSED")
    after.when(using(B2=1)).rejected("PAYMENT_ALREADY_REVERSED")
    after.when(paying(FEE, "P2", B1=FEE)).then(
        PAID.model_copy(
            update={
                "payment_no": "P2",
                "amount_fen": FEE,
                "allocations": (PAID.allocations[0].model_copy(update={"amount_fen": FEE}),),
            }
        )
    )


def test_a_bill_can_be_waived_in_part() -> None:
    BILLED.when(waiving(10_000)).then(WAIVED)
    assert WaiveBill.by == {Role.ESTATE_MANAGER}


@pytest.mark.parametrize("fen", [0, -1, 100_000_000_001, 0.5, "ninety"])
def test_an_amount_is_a_number_of_fen(fen: Any) -> None:
    with pytest.raises(ValidationError):
        RecordPayment(payment_no="P1", amount_fen=fen)


def test_an_allocation_names_each_bill_once() -> None:
    twice = (Share(bill_no="B1", amount_fen=1), Share(bill_no="B1", amount_fen=2))
    with pytest.raises(ValidationError, match="bill_twice"):
        RecordPayment(payment_no="P1", amount_fen=9, allocations=twice)
    line = {"bill_no": "B1", "unit_id": "u", "period": "2020", "amount_fen": 1}
    with pytest.raises(ValidationError, match="bill_twice"):
        ImportBills.model_validate({"estate_id": "xx", "bills": [line, line]})


_FEN, _NO = st.integers(1, 120_000), st.sampled_from(["P1", "P2", "P3"])
_STEPS = st.one_of(
    st.builds(lambda no, fen, a, b: paying(fen, no, B1=a, B2=b), _NO, _FEN, _FEN, _FEN),
    st.builds(lambda no, fen, a: paying(fen, no, B2=a), _NO, _FEN, _FEN),
    st.builds(lambda a: using(B1=a), _FEN),
    st.builds(waiving, _FEN, st.sampled_from(["B1", "B2"])),
    st.builds(lambda no: by(ReversePayment(payment_no=no)), _NO),
)  # fmt: skip


@given(st.lists(_STEPS, max_size=20))
def test_whatever_happens_every_fen_is_somewhere_once(steps: list[Any]) -> None:
    """Seen red with a reversal that forgets what went from the rest of a payment."""
    account = ACCOUNTS.fold([OPENED, ISSUED, NEXT])
    waived = 0
    for step in steps:
        try:
            account = ACCOUNTS.fold(ACCOUNTS.decide(step, account), account)
            waived += step.amount_fen if isinstance(step, WaiveBill) else 0
        except Rejected:
            continue
    assert account is not None
    assert all(0 <= bill.left_fen <= bill.amount_fen for bill in account.bills.values())
    standing = [one for one in account.payments.values() if not one.reversed]
    assert all(one.left_fen >= 0 for one in standing)
    paid = sum(a.amount_fen for one in standing for a in one.allocations)
    assert sum(bill.settled_fen for bill in account.bills.values()) == paid + waived


# --- periods and batches ----------------------------------------------------------------------


def test_a_period_is_closed_once_and_not_before_it_is_over() -> None:
    OPEN_PERIOD.when(closing()).then(CLOSED)
    OPEN_PERIOD.given(CLOSED).when(closing()).rejected("PERIOD_CLOSED")
    for period in ("2020-Q3", "2020-07", "2020", "2021-Q1"):
        OPEN_PERIOD.when(closing(period)).rejected("OCCURRED_IN_FUTURE")


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        ("2020", date(2020, 1, 1), date(2021, 1, 1)),
        ("2020-Q4", date(2020, 10, 1), date(2021, 1, 1)),
        ("2020-Q2", date(2020, 4, 1), date(2020, 7, 1)),
        ("2020-12", date(2020, 12, 1), date(2021, 1, 1)),
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1)),
    ],
)
def test_a_period_is_a_year_a_quarter_or_a_month(period: str, first: date, after: date) -> None:
    assert begins_on(period) == first
    assert ended_by(period, after)
    assert not ended_by(period, first)
    assert not ended_by(period, date.fromordinal(after.toordinal() - 1))


def test_of_a_batch_is_kept_what_became_of_it() -> None:
    bills = [
        {"bill_no": no, "unit_id": "3-2-1102", "period": "2020-Q2", "amount_fen": FEE}
        for no in ("B1", "B2", "B3")
    ]
    command = by(ImportBills.model_validate({"estate_id": "xx", "bills": bills}))
    known = command.learned(fates=("issued", "unchanged", "refused"))
    Spec(IMPORTS).when(known).then(IMPORTED)
    assert IMPORTS.fold([IMPORTED])
