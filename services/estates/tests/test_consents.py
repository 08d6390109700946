"""Consents 同意: to words that can be shown again, by whoever decides, until they are withdrawn."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.consents.commands import GiveConsent, consent_of
from linli_estates.consents.domain import CONSENTS, Consent
from linli_estates.consents.terms import USED, Channel, Locale, Purpose, hash_of, is_child
from linli_language.roles import Role
from linli_shared.decider import Rejected
from pydantic import ValidationError

from services.estates.tests.a_company import TENANT
from services.estates.tests.a_consent import (
    EN,
    GIVEN,
    LAST,
    LI,
    NO_TEXT,
    NOTHING,
    PUBLISHED,
    WITHDRAWN,
    ZH,
    giving,
    publishing,
    withdrawing,
)

AGAIN: Any = (2, {hash_of("更新的内容"): Locale.ZH, hash_of("newer words"): Locale.EN})
BY_GUARDIAN = GIVEN.model_copy(update={"by_id": "wu"})


def test_what_is_asked_is_published_in_both_languages_with_its_hashes() -> None:
    NO_TEXT.when(publishing()).then(PUBLISHED)
    assert PUBLISHED.sha256_zh == sha256(ZH.encode()).hexdigest()


def test_other_words_are_another_version_and_the_same_are_none() -> None:
    there = NO_TEXT.given(PUBLISHED)
    there.when(publishing()).then()
    newer = PUBLISHED.model_copy(
        update={"text_version": 2, "text_zh": "新", "sha256_zh": hash_of("新")}
    )
    there.when(publishing(text_zh="新")).then(newer)


@pytest.mark.parametrize("change", [{"text_en": " "}, {"purpose": "all"}, {"tenant": "xx"}])
def test_a_text_has_words_for_a_purpose_of_the_registry_and_a_company(change: Any) -> None:
    with pytest.raises(ValidationError):
        publishing(**change)


def test_a_person_consents_to_the_words_that_they_read() -> None:
    NOTHING.when(giving()).then(GIVEN)
    english = GIVEN.model_copy(update={"locale": Locale.EN, "text_sha256": hash_of(EN)})
    NOTHING.when(giving(text_sha256=hash_of(EN))).then(english)


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ({"text_sha256": hash_of("别的")}, 1),
        ({"text_version": 2}, 1),
        ({"last": AGAIN}, 2),
        ({"last": AGAIN, "text_version": 2}, 2),
        ({"last": (0, {})}, 0),
    ],
)
def test_words_that_are_not_those_that_are_published_are_refused(change: Any, version: int) -> None:
    """Also those of an earlier version. Seen red without the comparison of hashes, and without that
    of versions."""
    NOTHING.when(giving(**change)).rejected(
        "CONSENT_TEXT_MISMATCH", purpose="contact_by_email", text_version=version
    )


def test_the_words_of_an_earlier_version_that_come_again_are_of_the_last_one() -> None:
    NOTHING.when(giving(last=(3, LAST[1]))).rejected("CONSENT_TEXT_MISMATCH")
    third = GIVEN.model_copy(update={"text_version": 3})
    NOTHING.when(giving(last=(3, LAST[1]), text_version=3)).then(third)


def test_consenting_twice_is_consenting_and_to_newer_words_once_more() -> None:
    NOTHING.given(GIVEN).when(giving()).then()
    newer = {"last": AGAIN, "text_version": 2, "text_sha256": hash_of("更新的内容")}
    second = GIVEN.model_copy(update={"text_version": 2, "text_sha256": hash_of("更新的内容")})
    NOTHING.given(GIVEN).when(giving(**newer)).then(second)


def test_it_is_withdrawn_without_a_reason_and_may_be_given_again() -> None:
    NOTHING.given(GIVEN).when(withdrawing()).then(WITHDRAWN)
    NOTHING.given(GIVEN, WITHDRAWN).when(giving()).then(GIVEN)
    NOTHING.given(GIVEN, WITHDRAWN).when(withdrawing()).rejected("INVALID_TRANSITION")


def test_nobody_consents_for_somebody_else() -> None:
    """Seen red without the rule of roles."""
    for role in (Role.RESIDENT, Role.STEWARD, Role.AUDITOR):
        NOTHING.when(giving("zhou", role)).rejected("ROLE_NOT_PERMITTED")


def test_whoever_keeps_the_register_says_which_paper_it_is_on() -> None:
    for role in (Role.OPERATOR, Role.ESTATE_MANAGER, Role.COMPANY_USER):
        NOTHING.when(giving("desk", role)).rejected("EVIDENCE_REQUIRED")
    paper = {"by_id": "desk", "channel": Channel.PAPER, "document_id": "doc-1"}
    NOTHING.when(giving("desk", Role.OPERATOR, channel=Channel.PAPER, document_id="doc-1")).then(
        GIVEN.model_copy(update=paper)
    )


def test_who_has_a_guardian_is_decided_for_by_them() -> None:
    """PIPL art. 31. Seen red with guardians who may and wards who may, too."""
    NOTHING.when(giving("wu", guardians=frozenset({"wu"}))).then(BY_GUARDIAN)
    NOTHING.when(giving(guardians=frozenset({"wu"}))).rejected("GUARDIAN_DECIDES")
    NOTHING.when(giving("zhou", guardians=frozenset({"wu"}))).rejected("ROLE_NOT_PERMITTED")


def test_guardian_and_ward_may_both_withdraw_and_so_may_the_desk() -> None:
    given = NOTHING.given(BY_GUARDIAN)
    for who in (LI, "wu"):
        given.when(withdrawing(who)).then(WITHDRAWN.model_copy(update={"by_id": who}))
    by_phone = WITHDRAWN.model_copy(update={"by_id": "desk", "channel": Channel.PHONE})
    given.when(withdrawing("desk", Role.OPERATOR, Channel.PHONE)).then(by_phone)


def test_nobody_else_learns_that_there_is_one() -> None:
    NOTHING.given(GIVEN).when(withdrawing("zhou")).rejected("NOT_FOUND")
    NOTHING.given(GIVEN, WITHDRAWN).when(withdrawing("zhou")).rejected("NOT_FOUND")
    NOTHING.when(withdrawing()).rejected("NOT_FOUND")


@given(st.lists(st.sampled_from(["give", "withdraw", "newer"]), max_size=12))
def test_whatever_happens_it_is_as_was_said_last(doings: list[str]) -> None:
    consent: Consent | None = None
    expected = None
    for doing in doings:
        command: Any = withdrawing()
        if doing == "give":
            command = giving()
        if doing == "newer":
            command = giving(last=AGAIN, text_version=2, text_sha256=hash_of("newer words"))
        if doing == "withdraw" and expected is None:
            with pytest.raises(Rejected):
                CONSENTS.decide(command, consent)
            continue
        for event in CONSENTS.decide(command, consent):
            consent = CONSENTS.evolve(consent, event)
        expected = {"give": 1, "newer": 2, "withdraw": None}[doing]
        assert consent
        assert consent.version == expected


def test_each_person_and_purpose_has_one() -> None:
    keys = {consent_of(TENANT, who, of) for who in (LI, "wu") for of in ("photos", "survey")}
    assert len(keys) == 4
    assert consent_of(TENANT, LI, "photos") != consent_of("company:c2", LI, "photos")


@pytest.mark.parametrize("change", [{"text_sha256": "A" * 64}, {"text_version": 0}, {"more": 1}])
def test_what_is_no_consent_at_all_is_not_read(change: Any) -> None:
    body = {"tenant": TENANT, "person_id": LI, "purpose": "contact_by_email", "text_version": 1}
    with pytest.raises(ValidationError):
        GiveConsent.model_validate({**body, "text_sha256": hash_of(ZH), **change})


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - USED))
def test_nobody_is_asked_for_what_nothing_uses_and_what_was_given_can_be_withdrawn(
    purpose: Purpose,
) -> None:
    """Seen red without each of the two refusals."""
    NO_TEXT.when(publishing(purpose=purpose)).rejected("PURPOSE_NOT_USED", purpose=purpose)
    NOTHING.when(giving(purpose=purpose)).rejected("PURPOSE_NOT_USED", purpose=purpose)
    before = NOTHING.given(GIVEN.model_copy(update={"purpose": purpose}))
    before.when(withdrawing()).then(WITHDRAWN.model_copy(update={"purpose": purpose}))


@pytest.mark.parametrize(
    ("born", "child"),
    [
        (date(2006, 1, 6), False), (date(2006, 1, 7), True), (date(2019, 12, 31), True),
        (date(1958, 3, 8), False),
    ],
)  # fmt: skip
def test_a_child_under_fourteen_does_not_consent_alone(born: date, child: bool) -> None:
    """PIPL art. 31; on the fourteenth birthday they do. Nor does the desk for them, by a paper of
    nobody whom the register knows. Seen red without the comparison, and with it for actors who are
    the person alone."""
    on_paper = giving("desk", Role.OPERATOR, born=born, document_id="doc-1")
    for command in (giving(born=born), on_paper):
        if child:
            NOTHING.when(command).rejected("GUARDIAN_REQUIRED")
        else:
            NOTHING.when(command).then(
                GIVEN.model_copy(
                    update={"by_id": command.actor.id, "document_id": command.document_id}
                )
            )


def test_of_a_child_the_guardian_decides_and_nobody_else_learns_that_it_is_one() -> None:
    child, guardians = date(2015, 5, 4), frozenset({"wu"})
    NOTHING.when(giving("wu", guardians=guardians, born=child)).then(BY_GUARDIAN)
    NOTHING.when(giving("zhou", born=child)).rejected("ROLE_NOT_PERMITTED")
    NOTHING.when(giving("desk", Role.OPERATOR, born=child)).rejected("EVIDENCE_REQUIRED")


@given(st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.integers(0, 45_000))
def test_somebody_is_a_child_from_birth_until_a_day_and_never_again(born: date, days: int) -> None:
    """That day is the fourteenth birthday; of a 29th of February the 1st of March."""
    leap = (born.month, born.day) == (2, 29)
    grown = date(born.year + 14, 3, 1) if leap else born.replace(year=born.year + 14)
    on = born + timedelta(days=days)
    assert is_child(born, on) == (on < grown)
