"""The account of the unit 3-2-1102 with bills of two quarters of 2020, 900.00 each."""

from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from linli_estates.bill_imports.events import BillsImported
from linli_estates.fees.commands import IssueBill, OpenAccount, RecordPayment, key_of
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.fees.events import (
    Allocation,
    BillIssued,
    BillWaived,
    FeeAccountOpened,
    PaymentRecorded,
    PaymentReversed,
    PrepaymentAllocated,
)
from linli_estates.fees.terms import WaiverReason
from linli_estates.periods.commands import ClosePeriod
from linli_estates.periods.commands import key_of as key_of_period
from linli_estates.periods.domain import PERIODS
from linli_estates.periods.events import FeePeriodClosed
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)
DESK = "desk"
NOW = datetime(2020, 7, 6, 9, tzinfo=timezone(timedelta(hours=8)))
UNIT = "3-2-1102"
ACCOUNT = key_of("xx", UNIT)
FEE = 90_000


def by(command: C, role: Role = Role.ESTATE_MANAGER) -> C:
    return said(command, ACCOUNT, NOW, DESK, role)


def opening(building: str | None = "3") -> OpenAccount:
    return by(OpenAccount(estate_id="xx", unit_id=UNIT).learned(building=building))


def issuing(bill_no: str = "B1", *, closed: bool = False, **change: Any) -> IssueBill:
    body: dict[str, Any] = {"bill_no": bill_no, "period": "2020-Q2", "amount_fen": FEE} | change
    return by(IssueBill(**body).learned(closed=closed))


def paying(amount_fen: int, payment_no: str = "P1", /, **bills: int) -> RecordPayment:
    shares: Any = [{"bill_no": bill, "amount_fen": fen} for bill, fen in bills.items()]
    return by(RecordPayment(payment_no=payment_no, amount_fen=amount_fen, allocations=shares))


def closing(period: str = "2020-Q2") -> ClosePeriod:
    command = ClosePeriod(estate_id="xx", period=period)
    return said(command, key_of_period("xx", period), NOW, DESK, Role.ESTATE_MANAGER)


OF: dict[str, Any] = {
    "occurred_at": NOW, "account_id": ACCOUNT, "unit_id": UNIT, "building_id": "3", "by_id": DESK,
}  # fmt: skip
Q2: dict[str, Any] = {"bill_no": "B1", "period": "2020-Q2", "begins_on": date(2020, 4, 1)}
Q3: dict[str, Any] = {"bill_no": "B2", "period": "2020-Q3", "begins_on": date(2020, 7, 1)}
OPENED = FeeAccountOpened(**OF)
ISSUED = BillIssued(**OF, **Q2, amount_fen=FEE)
NEXT = BillIssued(**OF, **Q3, amount_fen=FEE)
TO_Q2 = Allocation(**Q2, amount_fen=50_000)
TO_Q3 = Allocation(**Q3, amount_fen=20_000)
PAID = PaymentRecorded(**OF, payment_no="P1", amount_fen=80_000, allocations=(TO_Q2,))
USED = PrepaymentAllocated(**OF, payment_no="P1", amount_fen=20_000, allocations=(TO_Q3,))
REVERSED = PaymentReversed(**OF, payment_no="P1", amount_fen=80_000, allocations=(TO_Q2, TO_Q3))
WAIVED = BillWaived(**OF, **Q2, amount_fen=10_000, reason=WaiverReason.HARDSHIP)
CLOSED = FeePeriodClosed(
    occurred_at=NOW, period_id=key_of_period("xx", "2020-Q2"), period="2020-Q2",
    begins_on=date(2020, 4, 1), by_id=DESK,
)  # fmt: skip
IMPORTED = BillsImported(
    occurred_at=NOW, import_id=ACCOUNT, issued=1, unchanged=1, refused=1, issued_fen=FEE, by_id=DESK
)

NO_ACCOUNT = Spec(ACCOUNTS)
BILLED = NO_ACCOUNT.given(OPENED, ISSUED, NEXT)
OPEN_PERIOD = Spec(PERIODS)
