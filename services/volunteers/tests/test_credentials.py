"""Credentials 资质: recorded by somebody else, and without one nobody is with children or in an
elder's home, however they come to a place (A9's first scene)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from linli_language.roles import Role
from linli_shared.testing import Spec, said
from linli_volunteers.credentials.commands import RecordCredential, key_of
from linli_volunteers.credentials.domain import CREDENTIALS, NONE, Credential, Held
from linli_volunteers.credentials.events import CredentialRecorded
from linli_volunteers.credentials.terms import CredentialType, Finding
from linli_volunteers.shifts.commands import AssignVolunteer, CancelSignup, SignUpForShift
from linli_volunteers.shifts.events import WaitlistPromoted
from linli_volunteers.shifts.terms import ShiftType
from pydantic import ValidationError

from services.volunteers.tests.a_shift import (
    ALL_TAKEN,
    CHECK,
    CHECKED,
    CONFIRMED,
    COORDINATOR,
    GONE,
    NOTHING,
    NOW,
    OPEN,
    ROLES,
    TANG,
    YI,
    P,
    by,
    clock,
    elsewhere,
    of,
    planning,
)

MANAGER = "zhao"
RECORDED = CredentialRecorded(
    occurred_at=NOW, person_id=TANG, type=CHECK, finding=Finding.CLEAR,
    checked_on=date(2020, 9, 1), expires_on=date(2021, 9, 1), by_id=MANAGER,
)  # fmt: skip
THAT_DAY = date(2020, 9, 7)


def recording(person: str = MANAGER, **change: Any) -> RecordCredential:
    body = {
        "estate_id": "xx", "person_id": TANG, "type": "minor_contact_check", "finding": "clear",
        "checked_on": "2020-09-01", "expires_on": "2021-09-01",
    }  # fmt: skip
    command = RecordCredential.model_validate(body | change)
    return said(command, key_of(TANG), NOW, person, Role.ESTATE_MANAGER)


# --- recorded ---------------------------------------------------------------------------------


def test_somebody_else_records_it() -> None:
    Spec(CREDENTIALS).when(recording()).then(RECORDED)
    Spec(CREDENTIALS).when(recording(TANG)).rejected("VERIFIER_IS_EXECUTOR")


def test_only_who_answers_for_the_volunteers_may() -> None:
    assert RecordCredential.by == {Role.ESTATE_MANAGER, Role.VOLUNTEER_COORDINATOR}


def test_a_check_of_tomorrow_is_none() -> None:
    today, tomorrow = (recording(checked_on=f"2020-09-0{n}") for n in (7, 8))
    Spec(CREDENTIALS).when(today).then(RECORDED.model_copy(update={"checked_on": THAT_DAY}))
    Spec(CREDENTIALS).when(tomorrow).rejected("OCCURRED_IN_FUTURE", limit_min=0)


def test_a_check_of_contact_with_minors_is_yearly() -> None:
    with pytest.raises(ValidationError, match="365 days"):
        recording(expires_on="2021-09-02")
    recording(type="first_aid", expires_on="2023-09-01")
    with pytest.raises(ValidationError, match="must expire after"):
        recording(expires_on="2020-09-01")


@pytest.mark.parametrize(
    "day", [1598918400, 20200901, "1598918400", "2020-09-01T00:00:00", "1899-12-31", "0001-01-01"]
)
def test_a_day_is_written_as_rfc_3339_does_and_is_one_that_somebody_alive_may_mean(
    day: Any,
) -> None:
    """Checked with the plain type `date`: all of these are taken."""
    for field in ("checked_on", "expires_on"):
        with pytest.raises(ValidationError, match=field):
            recording(**{field: day})


def test_no_paper_holds_for_longer_than_ten_years() -> None:
    recording(type="first_aid", expires_on="2030-09-02")
    with pytest.raises(ValidationError, match="ten years"):
        recording(type="first_aid", expires_on="2030-09-03")


def test_the_last_of_a_type_is_the_one_that_counts() -> None:
    hit = RECORDED.model_copy(update={"finding": Finding.HIT})
    held = CREDENTIALS.fold([RECORDED, hit])
    assert held[CHECK] == Credential(Finding.HIT, date(2021, 9, 1))


# --- required ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("school_guard", (CHECK,)),
        ("class_aide", (CHECK,)),
        ("elder_visit", (CredentialType.ELDER_CARE,)),
        ("patrol", ()),
        ("service_day", ()),
    ],
)
def test_children_and_elders_homes_ask_for_it_whatever_the_coordinator_says(
    kind: str, wanted: tuple[str, ...]
) -> None:
    assert kind in {*ShiftType}
    (plain,) = NOTHING._decider.decide(by(COORDINATOR, planning(type=kind)), None)
    assert plain.required_credentials == wanted  # type: ignore[union-attr]
    more = planning(type=kind, required_credentials=["first_aid", *wanted])
    (planned,) = NOTHING._decider.decide(by(COORDINATOR, more), None)
    assert planned.required_credentials == tuple(  # type: ignore[union-attr]
        dict.fromkeys((*wanted, "first_aid"))
    )


def until(day: date, finding: Finding = Finding.CLEAR) -> Held:
    return {CHECK: Credential(finding, day)}


Ask = Callable[[Held], SignUpForShift | AssignVolunteer]


def knowing(command: P, **held: Held) -> P:
    """Of some people what they hold; of all others that they were checked."""
    return command.learned(
        engaged=dict.fromkeys(ROLES, ()), held=dict.fromkeys(ROLES, CHECKED) | held
    )


def signs_up(held: Held) -> SignUpForShift:
    return by(TANG, knowing(SignUpForShift(), tang=held))


def is_assigned(held: Held) -> AssignVolunteer:
    return by(COORDINATOR, knowing(AssignVolunteer(person_id=TANG), tang=held))


either = pytest.mark.parametrize("ask", [signs_up, is_assigned])


@either
@pytest.mark.parametrize(
    "held",
    [
        NONE,
        until(THAT_DAY + timedelta(1), Finding.HIT),
        {CredentialType.FIRST_AID: Credential(Finding.CLEAR, THAT_DAY + timedelta(1))},
    ],
    ids=["nothing", "something was found", "another"],
)
def test_without_a_clear_check_there_is_no_place(ask: Ask, held: Held) -> None:
    """Checked by taking `lacking` out of `_unfit`: all of these fail."""
    OPEN.when(ask(held)).rejected("CREDENTIAL_MISSING", type=CHECK)


@either
@pytest.mark.parametrize("day", [THAT_DAY, THAT_DAY - timedelta(400)])
def test_on_the_day_it_expires_it_is_expired(ask: Ask, day: date) -> None:
    told = {"type": CHECK, "expires_on": day.isoformat()}
    OPEN.when(ask(until(day))).rejected("CREDENTIAL_EXPIRED", **told)


def test_to_the_day_before_it_counts() -> None:
    OPEN.when(signs_up(until(THAT_DAY + timedelta(1)))).then(CONFIRMED)


def test_it_is_told_before_an_overlap() -> None:
    aide = (elsewhere(clock(16, 30), clock(18, 30)),)
    asked = SignUpForShift().learned(engaged={TANG: aide}, held={TANG: NONE})
    OPEN.when(by(TANG, asked)).rejected("CREDENTIAL_MISSING", type=CHECK)


def test_nobody_unchecked_moves_up() -> None:
    asked = by(TANG, knowing(CancelSignup(), xie=NONE))
    ALL_TAKEN.when(asked).then(GONE, WaitlistPromoted(**of(TANG), person_id=YI))
