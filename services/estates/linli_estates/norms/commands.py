"""What somebody wants of a norm 规范. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Time
from pydantic import Field, PrivateAttr

from linli_estates.days import Day
from linli_estates.norms.terms import Item, Norm
from linli_estates.tenants import EstateTenant

_NORMS: Final = UUID("5f0c3f3e-8a55-5d0b-9a58-0d6f9c2f7b41")
ANSWERABLE: Final = frozenset({Role.ESTATE_MANAGER, Role.COMPANY_USER})
CHECKERS: Final = ANSWERABLE | {Role.STEWARD, Role.STEWARD_LEAD, Role.COMMUNITY_OFFICER}


def key_of(estate: str, norm: Norm) -> UUID:
    """Of the stream of a norm of an estate."""
    return uuid5(_NORMS, f"{estate}/{norm}")


class BeginNormChecks(Command, by=ANSWERABLE):
    """From this month on. Asked for again: `responsible_id` answers for it from now on."""

    estate_id: EstateTenant
    norm: Norm
    responsible_id: Key

    _known: AbstractSet[str] = PrivateAttr()
    """Whether that is a person of the estate's company."""


class RecordNormCheck(Command, by=CHECKERS):
    """Whether each item of the norm was met on that day; what is of another norm is left out.
    `photo_refs` are ids of sealed files, where the photos are kept."""

    checked_on: Day
    found: Annotated[dict[Item, bool], Field(max_length=len(Item))]
    photo_refs: Annotated[tuple[Key, ...], Field(min_length=1, max_length=12)]


class EndNormChecks(Command, by=ANSWERABLE):
    """No check is due any more."""


class TellNormOverdue(Command, by={SYSTEM}):
    """It was set for `due`; if there was a check since, it says nothing."""

    due: Time


NormCommand = BeginNormChecks | RecordNormCheck | EndNormChecks | TellNormOverdue
