"""What somebody wants of a person 人员. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Line
from pydantic import PrivateAttr, StringConstraints

from linli_estates.days import Day
from linli_estates.people.terms import Kinship, PersonKind
from linli_estates.tenants import CompanyTenant

_PEOPLE: Final = UUID("2a7d9d0c-0b9c-5b7e-9a52-1b3c5c7f9e03")
KEEPERS: Final = frozenset({Role.COMPANY_USER, Role.ESTATE_MANAGER, Role.OPERATOR})
"""Who keeps the register of people, by a role in the company's tenant."""

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,24}$")]


def key_of(company: str, person_id: str) -> UUID:
    """Of the stream of a person of that company."""
    return uuid5(_PEOPLE, f"{company}/{person_id}")


class RegisterPerson(Command, by={*KEEPERS, SYSTEM}):
    """`person_id` is what tokens call them."""

    tenant: CompanyTenant
    person_id: Key
    type: PersonKind = PersonKind.NATURAL
    full_name: Line
    phone: Phone | None = None
    birth_date: Day | None = None


class CorrectPerson(Command, by=KEEPERS):
    """All details, as they are from now on."""

    full_name: Line
    phone: Phone | None = None
    birth_date: Day | None = None


class DeclareKinship(Command, by={*KEEPERS, Role.RESIDENT}):
    """By whoever keeps the register, or of oneself."""

    other_id: Key
    kinship: Kinship

    _known: AbstractSet[str] = PrivateAttr()
    """Who of those named is a person of the company."""


class WithdrawKinship(Command, by={*KEEPERS, Role.RESIDENT}):
    other_id: Key


PersonCommand = RegisterPerson | CorrectPerson | DeclareKinship | WithdrawKinship
