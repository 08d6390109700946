"""Disclosures 查阅 of cases: who needs the number in one says why, and its reporter sees that."""

from typing import Any
from uuid import UUID

import pytest
from linli_cases.disclosures.commands import RevealCaseField
from linli_cases.disclosures.domain import DISCLOSURES
from linli_cases.disclosures.events import CaseFieldRevealed
from linli_cases.disclosures.terms import CaseField
from linli_language.roles import Role
from linli_sealed.fields import sealed_fields
from linli_shared.testing import Spec, said
from pydantic import ValidationError

from services.cases.tests.a_case import CASE, NOW

KEY, WHY = UUID("0192a000-0000-7000-8000-0000000000d1"), "按所留电话联系"
REVEALED = CaseFieldRevealed(
    occurred_at=NOW, disclosure_id=KEY, case_id=CASE, person_id="li", field=CaseField.TITLE,
    reason=WHY, by_id="deng",
)  # fmt: skip


def revealing(**change: Any) -> RevealCaseField:
    command = RevealCaseField(**{"field": "title", "reason": WHY} | change)
    return said(command.learned(case=(CASE, "li")), KEY, NOW, "deng", Role.STEWARD)


def test_one_field_is_revealed_for_a_reason_that_is_sealed_for_who_wrote_it() -> None:
    Spec(DISCLOSURES).when(revealing()).then(REVEALED)
    assert DISCLOSURES.fold([REVEALED])
    assert {(path, of.field) for path, of in sealed_fields(CaseFieldRevealed)} == {
        (("reason",), "person_id")
    }


@pytest.mark.parametrize("change", [{"field": "description"}, {"reason": " "}, {"case_id": CASE}])
def test_it_is_of_what_is_answered_masked_and_has_a_reason(change: Any) -> None:
    with pytest.raises(ValidationError):
        revealing(**change)


def test_neighbours_and_auditors_reveal_nothing() -> None:
    assert not RevealCaseField.by & {Role.RESIDENT, Role.VOLUNTEER, Role.AUDITOR, Role.INTEGRATOR}
