"""HTTP for accounts of fees 物业费: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.fees.commands import (
    AllocatePrepayment,
    IssueBill,
    OpenAccount,
    RecordPayment,
    ReversePayment,
    WaiveBill,
    key_of,
)
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.fees.lookups import with_building, with_period, with_period_of_bill

router = commands("/fee-accounts", "fees")


@router.post("", status_code=201)
async def open_account(command: OpenAccount, call: Call) -> Done:
    key = key_of(command.estate_id, command.unit_id)
    return Done.of(await call.reach(ACCOUNTS, key, command, command.estate_id, with_building))


@router.post("/{account_id}/issue-bill")
async def issue_bill(account_id: UUID, command: IssueBill, call: Call) -> Done:
    return Done.of(await call.act(ACCOUNTS, account_id, command, with_period))


@router.post("/{account_id}/record-payment")
async def record_payment(account_id: UUID, command: RecordPayment, call: Call) -> Done:
    return Done.of(await call.act(ACCOUNTS, account_id, command))


@router.post("/{account_id}/allocate-prepayment")
async def allocate_prepayment(account_id: UUID, command: AllocatePrepayment, call: Call) -> Done:
    return Done.of(await call.act(ACCOUNTS, account_id, command))


@router.post("/{account_id}/reverse-payment")
async def reverse_payment(account_id: UUID, command: ReversePayment, call: Call) -> Done:
    return Done.of(await call.act(ACCOUNTS, account_id, command))


@router.post("/{account_id}/waive-bill")
async def waive_bill(account_id: UUID, command: WaiveBill, call: Call) -> Done:
    return Done.of(await call.act(ACCOUNTS, account_id, command, with_period_of_bill))
