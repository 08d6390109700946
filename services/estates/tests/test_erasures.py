"""Who may have what is held of somebody erased, and when not."""

import pytest
from linli_estates.erasures.commands import DESK, ErasureCommand
from linli_estates.erasures.matters import RULES
from linli_estates.erasures.terms import AskedBy
from linli_language.roles import Role

from services.estates.tests import an_erasure as an
from services.estates.tests.a_company import SONG
from services.estates.tests.an_erasure import (
    ASKED,
    ERASED,
    LI,
    NOTHING,
    REFUSED,
    WAITING,
    WITHDRAWN,
    approving,
    asking,
    refusing,
    withdrawing,
)


def test_a_person_asks_for_themself() -> None:
    NOTHING.when(asking()).then(ASKED)


@pytest.mark.parametrize("role", sorted(DESK))
def test_the_desk_takes_it_down_for_them_or_for_their_guardian(role: Role) -> None:
    facts = an.of(an.DESK)
    for who in AskedBy:
        event = type(ASKED)(**facts, asked_by=who)
        NOTHING.when(asking(an.DESK, role, {"wu"}, asked_by=who)).then(event)


def test_a_guardian_asks_for_a_ward_and_the_register_names_them() -> None:
    """The desk believes nobody of whom nothing is on record. Seen red without each comparison."""
    facts = an.of("wu")
    by_wu = type(ASKED)(**facts, asked_by=AskedBy.GUARDIAN)
    NOTHING.when(asking("wu", guardians={"wu"}, asked_by=AskedBy.GUARDIAN)).then(by_wu)
    WAITING.when(withdrawing("wu", guardians={"wu"})).then(type(WITHDRAWN)(**facts))
    NOTHING.when(asking("wu", asked_by=AskedBy.GUARDIAN)).rejected("NOT_ELIGIBLE")
    on_record = asking(an.DESK, Role.OPERATOR, asked_by=AskedBy.GUARDIAN)
    NOTHING.when(on_record).rejected("GUARDIAN_REQUIRED")


@pytest.mark.parametrize("role", sorted(set(Role) - DESK))
def test_nobody_else_asks_for_another(role: Role) -> None:
    NOTHING.when(asking("zhou", role)).rejected("NOT_ELIGIBLE")
    WAITING.when(withdrawing("zhou", role)).rejected("NOT_ELIGIBLE")


def test_another_approves_it_and_it_names_every_estate_of_the_company() -> None:
    WAITING.when(approving()).then(ERASED)


@pytest.mark.parametrize("asker", [SONG, LI])
def test_neither_who_asked_nor_who_is_erased_approves_it(asker: str) -> None:
    """Seen red without the comparison of each."""
    asked = type(ASKED)(**an.of(SONG), asked_by=AskedBy.GUARDIAN)
    NOTHING.given(asked).when(approving(asker)).rejected("VERIFIER_IS_EXECUTOR")


@pytest.mark.parametrize("matters", [{"dispute"}, {"vote"}, {*RULES}])
def test_nobody_is_erased_in_the_middle_of_a_dispute_or_a_vote(matters: set[str]) -> None:
    told = {"matters": sorted(matters)}
    WAITING.when(approving(matters=matters)).rejected("PROTECTED_MATTER_OPEN", **told)


def test_nobody_is_erased_while_it_is_not_known_what_they_are_in_the_middle_of() -> None:
    """It fails closed: there is no way back."""
    WAITING.when(approving(matters=None)).rejected("COPY_TOO_OLD")


def test_it_is_refused_with_a_reason_and_may_be_asked_for_again() -> None:
    WAITING.when(refusing()).then(REFUSED)
    WAITING.given(REFUSED).when(asking()).then(ASKED)


def test_who_asked_takes_it_back_until_it_is_approved() -> None:
    WAITING.when(withdrawing()).then(WITHDRAWN)
    WAITING.when(withdrawing(an.DESK, Role.OPERATOR)).then(type(WITHDRAWN)(**an.of(an.DESK)))
    WAITING.given(ERASED).when(withdrawing()).rejected("INVALID_TRANSITION")


def test_somebody_who_came_back_may_ask_again() -> None:
    WAITING.given(ERASED).when(asking()).then(ASKED)


@pytest.mark.parametrize("command", [approving(), refusing(), withdrawing()])
def test_what_was_not_asked_for_is_not_decided(command: ErasureCommand) -> None:
    NOTHING.when(command).rejected("NOT_FOUND")
    for end in (REFUSED, WITHDRAWN, ERASED):
        WAITING.given(end).when(command).rejected("INVALID_TRANSITION")


def test_it_is_asked_for_once_at_a_time() -> None:
    WAITING.when(asking()).rejected("INVALID_TRANSITION")
