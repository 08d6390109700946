"""What somebody wants of the account of a unit's fees 物业费. The fields are the HTTP bodies. Money
is in fen; nothing here charges anyone."""

from typing import Annotated, Final, Self
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command, Message
from linli_shared.text import Key
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.fees.terms import WaiverReason
from linli_estates.periods.commands import Period
from linli_estates.tenants import EstateTenant

_ACCOUNTS: Final = UUID("51c4f7de-8f0b-5e0a-9a6e-2a8a3f0f4c17")
ACCOUNTANTS: Final = frozenset({Role.INTEGRATOR, Role.OPERATOR, Role.ESTATE_MANAGER})
"""Who brings what the billing system says."""

Fen = Annotated[int, Field(ge=1, le=100_000_000_000, examples=[90_000])]
"""Up to a thousand million yuan."""


def key_of(estate: str, unit_id: str) -> UUID:
    """Of the account of a unit."""
    return uuid5(_ACCOUNTS, f"{estate}/{unit_id}")


class Share(Message):
    """`amount_fen` of a payment goes to that bill, which is of the same unit."""

    bill_no: Key
    amount_fen: Fen


class OpenAccount(Command, by=ACCOUNTANTS):
    """Once a unit; opening it again changes nothing."""

    estate_id: EstateTenant
    unit_id: Key

    _building: str | None = PrivateAttr()
    """The unit's; None: the estate has no such unit."""


class OfPeriod(Command, by=()):
    """What a closed period refuses."""

    _closed: bool = PrivateAttr()


class IssueBill(OfPeriod, by=ACCOUNTANTS):
    """The same bill again changes nothing."""

    bill_no: Key
    period: Period
    amount_fen: Fen


class Allocating(Command, by=()):
    payment_no: Key
    allocations: Annotated[tuple[Share, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({share.bill_no for share in self.allocations}) != len(self.allocations):
            raise PydanticCustomError("bill_twice", "must name each bill once")
        return self


class RecordPayment(Allocating, by=ACCOUNTANTS):
    """What no allocation takes is prepaid 预存. The same payment again changes nothing."""

    amount_fen: Fen


class AllocatePrepayment(Allocating, by=ACCOUNTANTS):
    """From what is left of that payment."""

    allocations: Annotated[tuple[Share, ...], Field(min_length=1, max_length=100)]


class ReversePayment(Command, by=ACCOUNTANTS):
    """All of it, wherever it went."""

    payment_no: Key


class WaiveBill(OfPeriod, by={Role.ESTATE_MANAGER}):
    bill_no: Key
    amount_fen: Fen
    reason: WaiverReason


AccountCommand = (
    OpenAccount | IssueBill | RecordPayment | AllocatePrepayment | ReversePayment | WaiveBill
)
