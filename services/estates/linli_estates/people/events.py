"""What is known of a person 人员 of a company. Who it is, is sealed for that person."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfPerson
from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.people.terms import Kinship, PersonKind

Own = Annotated[str, OfPerson("person_id")]


class AboutPerson(BaseModel):
    """What every event of a person says."""

    person_key: UUID
    """Of the stream; `person_id` is unique in the company, and what all other facts call them."""
    person_id: str
    by_id: str


class Details(AboutPerson):
    """All of them, as they are from now on."""

    full_name: Own
    phone: Own | None = None
    birth_date: Own | None = None
    """A day as RFC 3339 writes it."""


class PersonRegistered(Details, Event, kind="linli.estates.PersonRegistered.v1"):
    type: PersonKind


class PersonCorrected(Details, Event, kind="linli.estates.PersonCorrected.v1"):
    pass


class KinshipDeclared(AboutPerson, Event, kind="linli.estates.KinshipDeclared.v1"):
    """申报亲属关系: `other_id` is the person's `kinship`. It holds both ways."""

    other_id: str
    kinship: Kinship


class KinshipWithdrawn(AboutPerson, Event, kind="linli.estates.KinshipWithdrawn.v1"):
    other_id: str


PersonEvent = PersonRegistered | PersonCorrected | KinshipDeclared | KinshipWithdrawn
