"""What somebody wants of a demonstration post 示范岗/先锋岗. The fields are the HTTP bodies."""

from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key
from pydantic import Field, PrivateAttr

from linli_estates.days import Day
from linli_estates.honours.policy import Policy
from linli_estates.honours.terms import Cause, HonourKind
from linli_estates.stewards.state import Steward
from linli_estates.tenants import EstateTenant

AWARDERS: Final = frozenset({Role.ESTATE_MANAGER, Role.COMPANY_USER})


class AwardPost(Command, by=AWARDERS):
    """To a steward who serves, never to oneself. `evidence_refs` are ids of sealed files."""

    estate_id: EstateTenant
    steward_id: UUID
    honour: HonourKind
    awarded_on: Day
    evidence_refs: Annotated[tuple[Key, ...], Field(min_length=1, max_length=12)]

    _steward: Steward | None = PrivateAttr()
    """Of the estate; None: there is none of that id."""
    _policy: Policy = PrivateAttr(default_factory=Policy)


class WithdrawPost(Command, by=AWARDERS):
    cause: Cause


class ExpirePost(Command, by={SYSTEM}):
    """Its last day is over; of one that was withdrawn it says nothing."""


PostCommand = AwardPost | WithdrawPost | ExpirePost
