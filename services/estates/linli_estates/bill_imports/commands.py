"""What a billing system brings at once. The fields are the HTTP body."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from linli_shared.messages import Command, Message
from linli_shared.text import Key
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.fees.commands import ACCOUNTANTS, Fen
from linli_estates.periods.commands import Period
from linli_estates.tenants import EstateTenant

MOST = 200
Fate = Literal["issued", "unchanged", "refused"]


class Line(Message):
    """A bill 账单 of a unit."""

    bill_no: Key
    unit_id: Key
    period: Period
    amount_fen: Fen


class ImportBills(Command, by=ACCOUNTANTS):
    """At most 200 bills. Each is issued or refused by itself, and one that is there already stays
    as it is: whoever is not sure whether a batch arrived sends it again."""

    estate_id: EstateTenant
    bills: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST)]

    _fates: Sequence[Fate] = PrivateAttr()
    """What became of each."""

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({bill.bill_no for bill in self.bills}) != len(self.bills):
            raise PydanticCustomError("bill_twice", "must name each bill once")
        return self
