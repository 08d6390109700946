"""What can happen in the account of a unit's fees 物业费. Amounts are in fen."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event, Value
from pydantic import BaseModel

from linli_estates.fees.terms import WaiverReason


class Allocation(Value):
    """What of a payment went to a bill, and of which period that is."""

    bill_no: str
    period: str
    begins_on: date
    amount_fen: int


class OfAccount(BaseModel):
    """What every event of an account says."""

    account_id: UUID
    """Of the stream; one a unit."""
    unit_id: str
    building_id: str
    by_id: str


class FeeAccountOpened(OfAccount, Event, kind="linli.estates.FeeAccountOpened.v1"):
    pass


class OfBill(OfAccount):
    bill_no: str
    """Unique in its estate."""
    period: str
    begins_on: date
    """The first day of the period."""
    amount_fen: int


class BillIssued(OfBill, Event, kind="linli.estates.BillIssued.v1"):
    """开账: so much is receivable 应收 for the period."""


class BillWaived(OfBill, Event, kind="linli.estates.BillWaived.v1"):
    """减免: so much of it is receivable no more."""

    reason: WaiverReason


class OfPayment(OfAccount):
    payment_no: str
    """Unique in its estate."""
    amount_fen: int
    allocations: tuple[Allocation, ...]


class PaymentRecorded(OfPayment, Event, kind="linli.estates.PaymentRecorded.v1"):
    """收款. What no allocation takes is prepaid."""


class PrepaymentAllocated(OfPayment, Event, kind="linli.estates.PrepaymentAllocated.v1"):
    """预存抵扣: `amount_fen` more of an earlier payment went to bills."""


class PaymentReversed(OfPayment, Event, kind="linli.estates.PaymentReversed.v1"):
    """冲正: all of it, with every allocation that was made from it."""


AccountEvent = (
    FeeAccountOpened
    | BillIssued
    | BillWaived
    | PaymentRecorded
    | PrepaymentAllocated
    | PaymentReversed
)
