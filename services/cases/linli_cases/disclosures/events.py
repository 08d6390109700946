"""That somebody looked at a case as it was written 查阅原文. Why, is sealed for its reporter."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfWords
from linli_shared.messages import Event

from linli_cases.disclosures.terms import CaseField


class CaseFieldRevealed(Event, kind="linli.cases.CaseFieldRevealed.v1"):
    """Recorded before anything is shown: who shows it asks for this fact."""

    disclosure_id: UUID
    case_id: UUID
    person_id: str
    """Whose words they are: the reporter."""
    field: CaseField
    reason: Annotated[str, OfWords("person_id")]
    by_id: str
