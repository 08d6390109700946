"""What somebody wants of a person's credentials 资质. The fields are the HTTP bodies."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Final, Self
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from linli_volunteers.credentials.terms import CredentialType, Finding

_PEOPLE: Final = UUID("5e0b7c1a-8c0e-5d5e-9d0a-2f6f4c1f7a11")
CHECK_VALID: Final = timedelta(days=365)
"""A check of those in close contact with minors is yearly: Minors Protection Law art. 62."""
LONGEST: Final = timedelta(days=3653)
"""No paper is relied on for longer without being looked at again; not set by law."""
_RFC3339: Final = re.compile(r"(19|2[01])\d\d-\d\d-\d\d")  # the years of Time


def _written(value: Any) -> Any:
    """Pydantic also reads numbers, as seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and _RFC3339.fullmatch(value)):
        raise PydanticCustomError("day_not_rfc3339", "must be a day as RFC 3339 writes it")
    return value


Day = Annotated[date, Field(examples=["2026-05-04"]), BeforeValidator(_written)]


def key_of(person_id: str) -> UUID:
    """Of the stream of a person's credentials, in each estate one."""
    return uuid5(_PEOPLE, person_id)


class RecordCredential(Command, by={Role.ESTATE_MANAGER, Role.VOLUNTEER_COORDINATOR}):
    """By whoever has seen the paper or asked the authority, and never of oneself."""

    estate_id: Key
    person_id: Key
    type: CredentialType
    finding: Finding
    checked_on: Day
    expires_on: Day

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
