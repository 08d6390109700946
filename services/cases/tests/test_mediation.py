"""Mediating a dispute 邻里纠纷: who may, and in whose presence."""

from typing import Any

import pytest
from linli_cases.disputes.commands import (
    ChallengeMediator,
    ConcludeWithoutAgreement,
    GiveRightsNotice,
    HoldSession,
    RecuseMediator,
)
from linli_cases.disputes.events import MediatorRecused
from linli_cases.disputes.terms import Forum, Interest, Mode, Status

from services.cases.tests.a_dispute import (
    ASSIGNED,
    AT,
    CHALLENGED,
    DENG,
    DOWN,
    LODGER,
    NOTICE,
    NOW,
    OFFICER,
    OPERATOR,
    OVERRIDDEN,
    PAPERS,
    RECUSED,
    SESSION,
    UP,
    ZHOU,
    agreement,
    assignment,
    by,
    of,
)

TAKEN, GIVEN, MEETING = (
    AT[status] for status in (Status.ACCEPTED, Status.MEDIATOR_ASSIGNED, Status.IN_SESSION)
)
CONFLICT = "MEDIATOR_CONFLICT_OF_INTEREST"
WAIVER = {"reason": "双方都信任她。", "approver_id": OFFICER, "written": PAPERS}


def session(*attended: str, caucus: bool = False) -> HoldSession:
    return HoldSession(starts_at=NOW, mode=Mode.IN_PERSON, attended=attended, caucus=caucus)


# --- the mediator ----------------------------------------------------------------------------


def test_a_mediator_is_assigned() -> None:
    TAKEN.when(by(OPERATOR, assignment())).then(ASSIGNED)


@pytest.mark.parametrize("party", [UP, DOWN, LODGER])
def test_a_party_never_mediates_whatever_is_waived(party: str) -> None:
    command = assignment(mediator_id=party, override=WAIVER)
    TAKEN.when(by(OPERATOR, command)).rejected(CONFLICT, reason="party")


@pytest.mark.parametrize("interest", Interest)
def test_a_declared_interest_is_waived_by_both_sides_in_writing(interest: Interest) -> None:
    declared = ASSIGNED.model_copy(update={"declared": (interest,)})
    waived = assignment(declared=[interest], override=WAIVER)
    TAKEN.when(by(OPERATOR, waived)).then(OVERRIDDEN, declared)


@pytest.mark.parametrize("override", [None, WAIVER | {"written": PAPERS[:1]}])
def test_a_declared_interest_is_not_waived_by_fewer(override: dict[str, Any] | None) -> None:
    command = assignment(declared=["prior_handler", "employer_is_party"], override=override)
    TAKEN.when(by(OPERATOR, command)).rejected(CONFLICT, reason="prior_handler")


def test_nobody_approves_their_own_override() -> None:
    command = assignment(declared=["prior_handler"], override=WAIVER | {"approver_id": OPERATOR})
    TAKEN.when(by(OPERATOR, command)).rejected("ROLE_NOT_PERMITTED", roles=["approver"])


def test_a_waiver_of_nothing_sets_no_rule_aside() -> None:
    TAKEN.when(by(OPERATOR, assignment(override=WAIVER))).then(ASSIGNED)


@pytest.mark.parametrize("spec", [GIVEN, MEETING])
def test_a_party_challenges_the_mediator_who_then_is_out(spec: Any) -> None:
    challenge = ChallengeMediator(reason="是对方的亲戚。")
    spec.when(by(UP, challenge)).then(CHALLENGED, RECUSED)
    spec.when(by(ZHOU, challenge)).rejected("ROLE_NOT_PERMITTED", roles=["party"])
    spec.given(CHALLENGED, RECUSED).when(by(OPERATOR, assignment())).then(ASSIGNED)


@pytest.mark.parametrize("person", [DENG, OPERATOR])
def test_a_conflict_that_appears_later_takes_the_mediator_out(person: str) -> None:
    recused = MediatorRecused(
        **of(person), mediator_id=DENG, cause="conflict", coordinator_id=OPERATOR
    )
    GIVEN.when(by(person, RecuseMediator())).then(recused)


@pytest.mark.parametrize(
    "command",
    [
        GiveRightsNotice(),
        session(UP, DOWN),
        agreement(),
        ConcludeWithoutAgreement(refer_to=Forum.COURT),
    ],
)
def test_only_the_assigned_mediator_mediates(command: Any) -> None:
    for person in (OFFICER, UP):
        MEETING.when(by(person, command)).rejected(
            "ROLE_NOT_PERMITTED", roles=["assigned_mediator"]
        )
    # nor does another mediator say that this one is out
    other = RecuseMediator().stamped(by(DENG, command).key, NOW, by(ZHOU, command).actor)
    MEETING.when(other).rejected("ROLE_NOT_PERMITTED")


# --- sessions --------------------------------------------------------------------------------


def test_the_rights_are_told_before_a_session() -> None:
    GIVEN.when(by(DENG, session(UP, DOWN))).rejected("RIGHTS_NOTICE_REQUIRED")
    GIVEN.when(by(DENG, GiveRightsNotice())).then(NOTICE)
    GIVEN.given(NOTICE).when(by(DENG, session(DOWN, UP))).then(SESSION)


@pytest.mark.parametrize(
    ("attended", "missing"),
    [((), ["A", "B"]), ((DOWN, ZHOU), ["B"]), ((UP, LODGER), ["A"])],
)
def test_a_session_has_both_sides(attended: tuple[str, ...], missing: list[str]) -> None:
    GIVEN.given(NOTICE).when(by(DENG, session(*attended))).rejected(
        "BOTH_SIDES_REQUIRED", missing=missing
    )


def test_a_caucus_has_one_side_at_least() -> None:
    held = SESSION.model_copy(update={"attended": (UP,), "caucus": True})
    GIVEN.given(NOTICE).when(by(DENG, session(UP, caucus=True))).then(held)
    GIVEN.given(NOTICE).when(by(DENG, session(ZHOU, caucus=True))).rejected("BOTH_SIDES_REQUIRED")


def test_sessions_go_on_and_are_counted() -> None:
    MEETING.when(by(DENG, session(DOWN, UP))).then(SESSION.model_copy(update={"n": 2}))
