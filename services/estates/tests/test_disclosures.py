"""Disclosures 查阅: who looks leaves a trace first, with a reason that is the person's to read."""

from typing import Any

import pytest
from linli_estates.disclosures.commands import EXPORTERS, ExportPerson, RevealField
from linli_estates.disclosures.domain import DISCLOSURES
from linli_estates.disclosures.events import PersonalDataExported, PersonalFieldRevealed
from linli_estates.people.commands import KEEPERS
from linli_language.roles import Role
from linli_sealed.fields import sealed_fields
from pydantic import ValidationError

from services.estates.tests.a_disclosure import (
    EXPORTED,
    NOTHING,
    REVEALED,
    WHY,
    exporting,
    revealing,
)


def test_one_field_is_revealed_and_an_export_says_of_which_estates() -> None:
    NOTHING.when(revealing()).then(REVEALED)
    NOTHING.when(exporting()).then(EXPORTED)
    assert DISCLOSURES.fold([REVEALED])


@pytest.mark.parametrize(
    "change",
    [{"field": "home"}, {"field": "phone,full_name"}, {"reason": " "}, {"reason": "x" * 201}],
)
def test_it_is_of_one_field_of_the_list_and_has_a_reason(change: Any) -> None:
    with pytest.raises(ValidationError):
        revealing(**change)
    with pytest.raises(ValidationError):
        RevealField.model_validate({"field": "phone"})
    with pytest.raises(ValidationError):
        ExportPerson.model_validate({"reason": WHY, "estate_ids": ["yy"]})  # not theirs to say


def test_the_reason_is_sealed_for_the_person_who_was_looked_at() -> None:
    for event in (PersonalFieldRevealed, PersonalDataExported):
        assert {(path, of.field) for path, of in sealed_fields(event)} == {
            (("reason",), "person_id")
        }


def test_neighbours_stewards_and_auditors_reveal_nothing() -> None:
    assert RevealField.by == KEEPERS
    assert ExportPerson.by == EXPORTERS
    assert not KEEPERS & {Role.RESIDENT, Role.VOLUNTEER, Role.STEWARD, Role.AUDITOR}
    assert EXPORTERS < KEEPERS
