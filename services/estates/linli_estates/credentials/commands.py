"""What somebody wants of a person's credentials 资质. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final, Self
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Time
from pydantic import PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.credentials.terms import CredentialType, Result
from linli_estates.days import Day
from linli_estates.tenants import CompanyTenant

_CREDENTIALS: Final = UUID("c9a0f8b4-1f6d-5a3c-8b11-5d3e7a9f2c05")
CHECK_VALID: Final = timedelta(days=365)
"""A check of those in close contact with minors is yearly: Minors Protection Law art. 62."""
LONGEST: Final = timedelta(days=3653)
"""No paper is relied on for longer without being looked at again; not set by law."""


def key_of(company: str, person_id: str) -> UUID:
    """Of the stream of a person's credentials."""
    return uuid5(_CREDENTIALS, f"{company}/{person_id}")


class RecordCredential(
    Command, by={Role.COMPANY_USER, Role.ESTATE_MANAGER, Role.VOLUNTEER_COORDINATOR}
):
    """By whoever has seen the paper or asked the authority, and never of oneself. It holds in all
    estates of the company."""

    tenant: CompanyTenant
    person_id: Key
    type: CredentialType
    result: Result
    checked_on: Day
    expires_on: Day

    _known: AbstractSet[str] = PrivateAttr()
    """Who of those named is a person of the company."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.expires_on <= self.checked_on:
            raise PydanticCustomError("dates_wrong", "must expire after it was checked")
        if self.expires_on - self.checked_on > LONGEST:
            raise PydanticCustomError("dates_wrong", "no credential holds for over ten years")
        yearly = self.type is CredentialType.MINOR_CONTACT_CHECK
        if yearly and self.expires_on - self.checked_on > CHECK_VALID:
            raise PydanticCustomError("dates_wrong", "a check of this type holds for 365 days")
        return self


class ExpireCredential(Command, by={SYSTEM}):
    """It was set for `due`; if another one was recorded since, it says nothing."""

    type: CredentialType
    due: Time


CredentialCommand = RecordCredential | ExpireCredential
