"""Zhao calls Li, and says why she needs the number; and takes a copy of all that is held."""

from typing import Any
from uuid import UUID

from linli_estates.disclosures.commands import Disclose, ExportPerson, RevealField
from linli_estates.disclosures.domain import DISCLOSURES
from linli_estates.disclosures.events import PersonalDataExported, PersonalFieldRevealed
from linli_estates.disclosures.terms import PersonalField
from linli_estates.people.commands import key_of
from linli_language.roles import Role
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW, TENANT

MANAGER, LI, WHY = "zhao", "li", "电梯困人，联系家属"
KEY = UUID("0192c000-0000-7000-8000-0000000000d1")
PERSON = key_of(TENANT, LI)


def asked(command: Disclose, *roles: str) -> Any:
    known = command.learned(person=(PERSON, LI))
    if isinstance(known, ExportPerson):
        known = known.learned(estates=frozenset({"xx", TENANT}))
    return said(known, KEY, NOW, MANAGER, *(roles or (Role.ESTATE_MANAGER,)))


def revealing(**change: Any) -> Any:
    return asked(RevealField(**{"field": "phone", "reason": WHY} | change))


def exporting() -> Any:
    return asked(ExportPerson(reason=WHY))


_OF: dict[str, Any] = {
    "occurred_at": NOW, "disclosure_id": KEY, "person_key": PERSON, "person_id": LI, "reason": WHY,
    "by_id": MANAGER,
}  # fmt: skip
REVEALED = PersonalFieldRevealed(**_OF, field=PersonalField.PHONE)
EXPORTED = PersonalDataExported(**_OF, estate_ids=(TENANT, "xx"))
NOTHING = Spec(DISCLOSURES)
