"""People 人员 of a company: who they are is sealed for them, and whom they are kin to they say."""

from dataclasses import replace
from typing import Any

import pytest
from linli_estates.people.commands import (
    KEEPERS,
    CorrectPerson,
    DeclareKinship,
    RegisterPerson,
    WithdrawKinship,
)
from linli_estates.people.domain import PEOPLE
from linli_estates.people.events import PersonCorrected, PersonRegistered
from linli_estates.people.terms import Kinship
from linli_language.roles import Role
from linli_sealed.fields import sealed_fields
from linli_shared.testing import Spec
from pydantic import ValidationError

from services.estates.tests.a_home import (
    A_PERSON,
    KIN,
    KNOWN,
    LI,
    NO_KIN,
    RENAMED,
    WU,
    about_li,
    person,
)


def kin(other: str = WU, who: str = "zhao", *roles: str, known: Any = frozenset({WU, LI})) -> Any:
    declared = DeclareKinship(other_id=other, kinship=Kinship.SPOUSE).learned(known=known)
    return about_li(declared, who, *roles)


def test_a_person_is_registered_once() -> None:
    Spec(PEOPLE).when(person()).then(KNOWN)
    A_PERSON.when(person()).rejected("INVALID_TRANSITION")


def test_what_is_known_of_them_is_sealed_for_them() -> None:
    for event in (PersonRegistered, PersonCorrected):
        paths = {path for path, of in sealed_fields(event) if of.field == "person_id"}
        assert paths == {("full_name",), ("phone",), ("birth_date",)}


def test_it_is_corrected_as_a_whole() -> None:
    A_PERSON.when(about_li(CorrectPerson(full_name="李秀瑛"))).then(RENAMED)
    Spec(PEOPLE).when(about_li(CorrectPerson(full_name="李秀瑛"))).rejected("NOT_FOUND")
    corrected = PEOPLE.fold([KNOWN, RENAMED])
    assert corrected == replace(PEOPLE.fold([KNOWN]), born=None)  # type: ignore[type-var]


def test_nobody_was_born_tomorrow() -> None:
    Spec(PEOPLE).when(person(birth_date="2020-01-07")).rejected("OCCURRED_IN_FUTURE")
    A_PERSON.when(about_li(CorrectPerson(full_name="李", birth_date="2020-01-07"))).rejected(  # type: ignore[arg-type]
        "OCCURRED_IN_FUTURE"
    )


@pytest.mark.parametrize(
    "change",
    [{"phone": "139"}, {"phone": "call me"}, {"birth_date": "8.3.1958"}, {"birth_date": 1}],
)
def test_a_phone_and_a_day_are_written_as_such(change: Any) -> None:
    with pytest.raises(ValidationError):
        person(**change)


def test_kin_is_declared_changed_and_taken_back() -> None:
    A_PERSON.when(kin()).then(KIN)
    with_kin = A_PERSON.given(KIN)
    with_kin.when(kin()).then()
    with_kin.when(about_li(WithdrawKinship(other_id=WU))).then(NO_KIN)
    A_PERSON.when(about_li(WithdrawKinship(other_id=WU))).rejected("NOT_FOUND")
    changed = KIN.model_copy(update={"kinship": Kinship.SIBLING})
    state = PEOPLE.fold([KNOWN, changed, KIN])
    assert state is not None
    assert state.kin == {(WU, Kinship.SPOUSE)}
    assert PEOPLE.fold([NO_KIN], state) == PEOPLE.fold([KNOWN])


def test_kin_are_people_of_the_company_and_others() -> None:
    A_PERSON.when(kin(known=frozenset())).rejected("PERSON_UNKNOWN")
    A_PERSON.when(kin(LI)).rejected("PERSON_UNKNOWN")


def test_a_resident_declares_only_their_own() -> None:
    """Checked by taking `_may` out: both others are taken."""
    A_PERSON.when(kin(WU, LI, Role.RESIDENT)).then(KIN.model_copy(update={"by_id": LI}))
    A_PERSON.when(kin(WU, WU, Role.RESIDENT)).rejected("ROLE_NOT_PERMITTED", roles=sorted(KEEPERS))
    taken_back = about_li(WithdrawKinship(other_id=WU), WU, Role.RESIDENT)
    A_PERSON.given(KIN).when(taken_back).rejected("ROLE_NOT_PERMITTED")


def test_the_register_is_kept_by_those_who_may() -> None:
    assert RegisterPerson.by - {"system"} == CorrectPerson.by == KEEPERS


def test_nobody_names_or_dismisses_their_own_guardian() -> None:
    """Who decides for them is for those who keep the register. Seen red without that rule, for each
    of the three."""
    named = DeclareKinship(other_id=WU, kinship=Kinship.GUARDIAN).learned(known=frozenset({WU}))
    A_PERSON.when(about_li(named, LI, Role.RESIDENT)).rejected("ROLE_NOT_PERMITTED")
    guarded = A_PERSON.given(KIN.model_copy(update={"kinship": Kinship.GUARDIAN}))
    for command in (
        WithdrawKinship(other_id=WU),
        DeclareKinship(other_id=WU, kinship=Kinship.SPOUSE).learned(known=frozenset({WU})),
    ):
        guarded.when(about_li(command, LI, Role.RESIDENT)).rejected("ROLE_NOT_PERMITTED")
    guarded.when(about_li(WithdrawKinship(other_id=WU), "zhao", Role.OPERATOR)).then(
        NO_KIN.model_copy(update={"by_id": "zhao"})
    )


def test_a_guardian_is_believed_when_somebody_else_has_looked() -> None:
    """Whoever keeps the register does not name themself; what was said so before counts for
    nothing until another says it again. Seen red without the refusal, and without the comparison in
    the fold."""
    named = DeclareKinship(other_id=WU, kinship=Kinship.GUARDIAN).learned(known=frozenset({WU}))
    A_PERSON.when(about_li(named, WU, Role.OPERATOR)).rejected("VERIFIER_IS_EXECUTOR")
    by_zhao = KIN.model_copy(update={"kinship": Kinship.GUARDIAN})
    by_wu = by_zhao.model_copy(update={"by_id": WU})
    assert PEOPLE.fold([KNOWN, by_wu]).guardians == frozenset()  # type: ignore[union-attr]
    A_PERSON.given(by_wu).when(about_li(named, "zhao", Role.OPERATOR)).then(by_zhao)
    A_PERSON.given(by_zhao).when(about_li(named, "zhao", Role.OPERATOR)).then()
    found = PEOPLE.fold([KNOWN, by_wu, by_zhao])
    assert found is not None
    assert found.guardians == {WU}
    assert PEOPLE.fold([NO_KIN], found).guardians == frozenset()  # type: ignore[union-attr]
    assert PEOPLE.fold([KIN], found).guardians == frozenset()  # type: ignore[union-attr]
