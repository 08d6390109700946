"""What somebody wants of an erasure 删除个人信息. The fields are the HTTP bodies."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key
from pydantic import PrivateAttr

from linli_estates.erasures.terms import AskedBy, Refusal
from linli_estates.tenants import CompanyTenant

_PEOPLE: Final = UUID("7c41f0a2-2f4b-5c58-8a0e-3f4f6f9b1d27")
DESK: Final = frozenset({Role.OPERATOR, Role.ESTATE_MANAGER, Role.COMPANY_USER})
"""Who takes down what somebody asks for in the hall or on the telephone."""


def key_of(tenant: str, person_id: str) -> UUID:
    """Of the stream of all that was asked for about that person, in a company."""
    return uuid5(_PEOPLE, f"{tenant}\n{person_id}")


class AskErasure(Command, by=[*Role]):
    """By the person or their guardian, or by the desk for one of them."""

    tenant: CompanyTenant
    person_id: Key
    asked_by: AskedBy = AskedBy.PERSON

    _guardians: AbstractSet[str] = PrivateAttr()
    """Who decides for the person, by the register."""


class ApproveErasure(Command, by={Role.COMPANY_USER}):
    """By somebody else than who asked. There is no way back: the keys are destroyed."""

    _estates: Sequence[str] = PrivateAttr()
    """The company's."""
    _matters: AbstractSet[str] | None = PrivateAttr()
    """What the person is in the middle of; None: what is known of it here is too old."""


class RefuseErasure(Command, by={Role.COMPANY_USER}):
    reason: Refusal


class WithdrawErasure(Command, by=[*Role]):
    """By whoever may ask, until it is approved."""

    _guardians: AbstractSet[str] = PrivateAttr()


ErasureCommand = AskErasure | ApproveErasure | RefuseErasure | WithdrawErasure
