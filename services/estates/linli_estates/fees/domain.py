"""Accounts of fees 物业费, one a unit: what was billed, what was paid for which bill, what was
waived. No bill is ever paid beyond its amount, and no payment given out twice."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Hold, Rejected, Reservation

from linli_estates.fees.commands import (
    AccountCommand,
    AllocatePrepayment,
    IssueBill,
    OpenAccount,
    RecordPayment,
    ReversePayment,
    Share,
    WaiveBill,
)
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
from linli_estates.fees.state import Account, Bill, Payment, evolve
from linli_estates.periods.calendar import begins_on

_OPEN: Final = "open"
MOVES: Final[lifecycle.Moves] = {
    OpenAccount: ({None, _OPEN}, _OPEN),
    IssueBill: ({_OPEN}, None),
    RecordPayment: ({_OPEN}, None),
    AllocatePrepayment: ({_OPEN}, None),
    ReversePayment: ({_OPEN}, None),
    WaiveBill: ({_OPEN}, None),
}


def decide(command: AccountCommand, account: Account | None) -> Sequence[AccountEvent]:
    lifecycle.check(MOVES, command, _OPEN if account else None)
    if isinstance(command, OpenAccount):
        return [] if account else _open(command)
    assert account is not None, "every other command needs a state"
    of = _facts(command, account.unit_id, account.building_id)
    match command:
        case IssueBill():
            return _issue(command, account, of)
        case RecordPayment():
            return _record(command, account, of)
        case AllocatePrepayment():
            given = _allocated(command.allocations, account)
            _within(given, _payment(command.payment_no, account).left_fen)
            more = sum(one.amount_fen for one in given)
            of |= {"payment_no": command.payment_no, "allocations": given}
            return [PrepaymentAllocated(**of, amount_fen=more)]
        case ReversePayment():
            was = _payment(command.payment_no, account)
            of |= {"payment_no": command.payment_no, "amount_fen": was.amount_fen}
            return [PaymentReversed(**of, allocations=was.allocations)]
        case WaiveBill():
            return _waive(command, account, of)
        case _:
            assert_never(command)


def _open(command: OpenAccount) -> Sequence[FeeAccountOpened]:
    if command._building is None:
        raise Rejected("NOT_FOUND")
    return [FeeAccountOpened(**_facts(command, command.unit_id, command._building))]


def _issue(command: IssueBill, account: Account, of: dict[str, Any]) -> Sequence[BillIssued]:
    """What is there is told to whoever brings it again, also when its period is closed."""
    if there := account.bills.get(command.bill_no):
        if (there.period, there.amount_fen) == (command.period, command.amount_fen):
            return []
        raise Rejected("BILL_DUPLICATE")
    if command._closed:
        raise Rejected("PERIOD_CLOSED")
    of |= {"period": command.period, "begins_on": begins_on(command.period)}
    return [BillIssued(**of, bill_no=command.bill_no, amount_fen=command.amount_fen)]


def _record(
    command: RecordPayment, account: Account, of: dict[str, Any]
) -> Sequence[PaymentRecorded]:
    if there := account.payments.get(command.payment_no):
        told = tuple((one.bill_no, one.amount_fen) for one in there.recorded)
        asked = tuple((one.bill_no, one.amount_fen) for one in command.allocations)
        if (there.amount_fen, told) == (command.amount_fen, asked):
            return []
        raise Rejected("PAYMENT_DUPLICATE")
    given = _allocated(command.allocations, account)
    _within(given, command.amount_fen)
    of |= {"payment_no": command.payment_no, "amount_fen": command.amount_fen}
    return [PaymentRecorded(**of, allocations=given)]


def _waive(command: WaiveBill, account: Account, of: dict[str, Any]) -> Sequence[BillWaived]:
    bill = _bill(command.bill_no, account)
    if command._closed:
        raise Rejected("PERIOD_CLOSED")
    if command.amount_fen > bill.left_fen:
        raise Rejected("ALLOCATION_EXCEEDS_BILL", left_fen=bill.left_fen)
    of |= {"period": bill.period, "begins_on": bill.begins_on, "bill_no": command.bill_no}
    return [BillWaived(**of, amount_fen=command.amount_fen, reason=command.reason)]


def _allocated(shares: Iterable[Share], account: Account) -> tuple[Allocation, ...]:
    given = []
    for share in shares:
        bill = _bill(share.bill_no, account)
        if share.amount_fen > bill.left_fen:
            raise Rejected("ALLOCATION_EXCEEDS_BILL", left_fen=bill.left_fen)
        given.append(
            Allocation(
                bill_no=share.bill_no,
                period=bill.period,
                begins_on=bill.begins_on,
                amount_fen=share.amount_fen,
            )
        )
    return tuple(given)


def _within(given: Iterable[Allocation], left_fen: int) -> None:
    if sum(one.amount_fen for one in given) > left_fen:
        raise Rejected("ALLOCATION_EXCEEDS_PAYMENT", left_fen=left_fen)


def _bill(bill_no: str, account: Account) -> Bill:
    if (bill := account.bills.get(bill_no)) is None:
        raise Rejected("NOT_FOUND")
    return bill


def _payment(payment_no: str, account: Account) -> Payment:
    if (payment := account.payments.get(payment_no)) is None:
        raise Rejected("NOT_FOUND")
    if payment.reversed:
        raise Rejected("PAYMENT_ALREADY_REVERSED")
    return payment


def _facts(command: AccountCommand, unit_id: str, building_id: str) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "account_id": command.key,
        "unit_id": unit_id,
        "building_id": building_id,
        "by_id": command.actor.id,
    }


def reserve(account: Account | None, event: AccountEvent) -> Sequence[Reservation]:
    """A number is of one bill, or one payment, of the estate, whichever unit it is told of."""
    match event:
        case BillIssued():
            return [Hold("bill", event.bill_no)]
        case PaymentRecorded():
            return [Hold("payment", event.payment_no)]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    return Rejected("BILL_DUPLICATE") if kind == "bill" else Rejected("PAYMENT_DUPLICATE")


ACCOUNTS: Final = Decider("fees", None, decide, evolve, reserve, taken)
