"""What somebody wants of a person's credentials 资质. The fields are the HTTP bodies."""

from datetime import date, timedelta
from typing import Final, Self
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from linli_volunteers.credentials.terms import CredentialType, Finding

_PEOPLE: Final = UUID("5e0b7c1a-8c0e-5d5e-9d0a-2f6f4c1f7a11")
CHECK_VALID: Final = timedelta(days=365)
"""A check of those in close contact with minors is yearly: Minors Protection Law art. 62."""


def key_of(person_id: str) -> UUID:
    """Of the stream of a person's credentials, in each estate one."""
    return uuid5(_PEOPLE, person_id)


class RecordCredential(Command, by={Role.ESTATE_MANAGER, Role.VOLUNTEER_COORDINATOR}):
    """By whoever has seen the paper or asked the authority, and never of oneself."""

    estate_id: Key
    person_id: Key
    type: CredentialType
    finding: Finding
    checked_on: date
    expires_on: date

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.expires_on <= self.checked_on:
            raise PydanticCustomError("dates_wrong", "must expire after it was checked")
        yearly = self.type is CredentialType.MINOR_CONTACT_CHECK
        if yearly and self.expires_on - self.checked_on > CHECK_VALID:
            raise PydanticCustomError("dates_wrong", "a check of this type holds for 365 days")
        return self
