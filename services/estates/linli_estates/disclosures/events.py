"""That somebody looked at what is held on a person 查阅个人信息. Why, is sealed for that person."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfPerson
from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.disclosures.terms import PersonalField


class Disclosure(BaseModel):
    """Recorded before anything is shown: who shows it asks for this fact. The fact's `estate` is
    the company's tenant."""

    disclosure_id: UUID
    person_key: UUID
    """Of the person in the register."""
    person_id: str
    reason: Annotated[str, OfPerson("person_id")]
    by_id: str


class PersonalFieldRevealed(Disclosure, Event, kind="linli.estates.PersonalFieldRevealed.v1"):
    field: PersonalField


class PersonalDataExported(Disclosure, Event, kind="linli.estates.PersonalDataExported.v1"):
    """All that is held on the person in these tenants."""

    estate_ids: tuple[str, ...]


DisclosureEvent = PersonalFieldRevealed | PersonalDataExported
