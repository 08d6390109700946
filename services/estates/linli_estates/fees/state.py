"""What the rules of an account of fees 物业费 need to know of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from linli_estates.fees.events import (
    AccountEvent,
    Allocation,
    BillIssued,
    BillWaived,
    FeeAccountOpened,
    PaymentRecorded,
    PaymentReversed,
    PrepaymentAllocated,
)


@dataclass(frozen=True, slots=True)
class Bill:
    period: str
    begins_on: date
    amount_fen: int
    settled_fen: int = 0
    """Paid or waived."""

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.settled_fen


@dataclass(frozen=True, slots=True)
class Payment:
    amount_fen: int
    recorded: tuple[Allocation, ...]
    """As it was told; `later` is what went from what was left."""
    later: tuple[Allocation, ...] = ()
    reversed: bool = False

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        return (*self.recorded, *self.later)

    @property
    def left_fen(self) -> int:
        return self.amount_fen - sum(one.amount_fen for one in self.allocations)


@dataclass(frozen=True, slots=True)
class Account:
    unit_id: str
    building_id: str
    bills: Mapping[str, Bill] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)

    def settled(self, changes: Iterable[tuple[str, int]]) -> "Account":
        """With so much more, or less, of those bills paid or waived."""
        bills = dict(self.bills)
        for bill_no, fen in changes:
            bill = bills[bill_no]
            bills[bill_no] = replace(bill, settled_fen=bill.settled_fen + fen)
        return replace(self, bills=bills)

    def paid(self, payment_no: str, payment: Payment) -> "Account":
        return replace(self, payments={**self.payments, payment_no: payment})


def evolve(account: Account | None, event: AccountEvent) -> Account:
    if isinstance(event, FeeAccountOpened):
        return Account(event.unit_id, event.building_id)
    assert account is not None, "a stream begins with FeeAccountOpened"
    match event:
        case BillIssued():
            bill = Bill(event.period, event.begins_on, event.amount_fen)
            return replace(account, bills={**account.bills, event.bill_no: bill})
        case BillWaived():
            return account.settled([(event.bill_no, event.amount_fen)])
        case PaymentRecorded():
            payment = Payment(event.amount_fen, event.allocations)
            return account.settled(_by_bill(event)).paid(event.payment_no, payment)
        case PrepaymentAllocated():
            was = account.payments[event.payment_no]
            payment = replace(was, later=(*was.later, *event.allocations))
            return account.settled(_by_bill(event)).paid(event.payment_no, payment)
        case PaymentReversed():
            payment = replace(account.payments[event.payment_no], reversed=True)
            back = [(bill_no, -fen) for bill_no, fen in _by_bill(event)]
            return account.settled(back).paid(event.payment_no, payment)
        case _:
            assert_never(event)


def _by_bill(
    event: PaymentRecorded | PrepaymentAllocated | PaymentReversed,
) -> list[tuple[str, int]]:
    return [(one.bill_no, one.amount_fen) for one in event.allocations]
