"""What somebody wants to see of a case as it was written, and why. The fields are the HTTP body."""

from typing import Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Line
from pydantic import PrivateAttr

from linli_cases.complaints.asking import STAFF
from linli_cases.disclosures.terms import CaseField

HANDLERS: Final = frozenset({*STAFF, Role.COMMUNITY_OFFICER})
"""Who works on cases, and may have to call whoever wrote one."""


class RevealCaseField(Command, by=HANDLERS):
    field: CaseField
    reason: Line

    _case: "tuple[UUID, str]" = PrivateAttr()
    """Its id, and its reporter's."""
