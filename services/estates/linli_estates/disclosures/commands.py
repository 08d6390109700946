"""What somebody wants to see of a person, and why. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from typing import Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Line
from pydantic import PrivateAttr

from linli_estates.disclosures.terms import PersonalField
from linli_estates.people.commands import KEEPERS

EXPORTERS: Final = frozenset({Role.COMPANY_USER, Role.ESTATE_MANAGER})
"""Who may have all that is held on somebody else, in the estates where they are one."""


class Disclose(Command, by=()):
    """In the tenant of the company of whose register the person is."""

    reason: Line

    _person: "tuple[UUID, str]" = PrivateAttr()
    """Their key in the register, and their id."""


class RevealField(Disclose, by=KEEPERS):
    """One field: who needs two says so twice."""

    field: PersonalField


class ExportPerson(Disclose, by=EXPORTERS):
    _estates: AbstractSet[str] = PrivateAttr()
    """Where whoever asks may have it."""


DisclosureCommand = RevealField | ExportPerson
