"""Being there: checking in and out, and who was not there."""

from datetime import date, datetime, timedelta

import pytest
from linli_shared.decider import Release
from linli_shared.messages import SYSTEM
from linli_volunteers.credentials.domain import Credential
from linli_volunteers.credentials.terms import Finding
from linli_volunteers.shifts.commands import CheckIn, CheckOut
from linli_volunteers.shifts.terms import Status
from linli_volunteers.shifts.timers import fired

from services.volunteers.tests.a_shift import (
    ABSENT_LUO,
    AT,
    CHECK,
    CONFIRMED,
    COORDINATOR,
    END,
    FULL,
    IN,
    LUO,
    NO_SHOW_AT,
    OPEN,
    OUT,
    START,
    STARTED,
    TANG,
    UNDERSTAFFED,
    WAITS_XIE,
    XIE,
    by,
)

HERE, GOING = CheckIn(post="school-gate"), CheckOut(post="school-gate")
OPENS = START - timedelta(minutes=30)
SECOND = timedelta(seconds=1)
SIGNED = OPEN.given(CONFIRMED)
CALL_ROLL = by(SYSTEM, fired("no_show", NO_SHOW_AT), NO_SHOW_AT)


def test_who_has_a_place_checks_in_and_out() -> None:
    SIGNED.when(by(TANG, HERE, START)).then(IN)
    SIGNED.given(STARTED).when(by(TANG, HERE, START)).then(IN)
    SIGNED.given(STARTED, IN).when(by(TANG, GOING, END)).then(OUT)


def test_who_leaves_keeps_the_time_for_the_way() -> None:
    SIGNED.given(STARTED, IN).when(by(TANG, GOING, END)).reserves()


@pytest.mark.parametrize("now", [OPENS, START, END])
def test_from_half_an_hour_before_to_the_end(now: datetime) -> None:
    at = {"occurred_at": now}
    SIGNED.when(by(TANG, HERE, now)).then(IN.model_copy(update=at))
    SIGNED.given(IN).when(by(TANG, GOING, now)).then(OUT.model_copy(update=at))


@pytest.mark.parametrize("now", [OPENS - SECOND, END + SECOND])
def test_outside_of_that_nobody_checks_in_or_out(now: datetime) -> None:
    told = {"opens_at": OPENS.isoformat(), "closes_at": END.isoformat()}
    SIGNED.when(by(TANG, HERE, now)).rejected("OUTSIDE_CHECKIN_WINDOW", **told)
    SIGNED.given(IN).when(by(TANG, GOING, now)).rejected("OUTSIDE_CHECKIN_WINDOW", **told)
    SIGNED.when(by(TANG, CheckIn(post="bus-stop"), now)).rejected("OUTSIDE_CHECKIN_WINDOW")


def test_it_is_the_post_of_the_shift() -> None:
    SIGNED.when(by(TANG, CheckIn(post="bus-stop"), START)).rejected("WRONG_POST")


def test_who_is_not_fit_any_more_does_not_begin() -> None:
    found = {CHECK: Credential(Finding.HIT, date(2021, 9, 8))}
    SIGNED.when(by(TANG, HERE.learned(held=found), START)).rejected(
        "CREDENTIAL_MISSING", type=CHECK
    )
    SIGNED.given(IN).when(by(TANG, CheckOut(post="bus-stop"), END)).rejected("WRONG_POST")


def test_a_coordinator_checks_somebody_in() -> None:
    checked = IN.model_copy(update={"by_id": COORDINATOR})
    for_tang = CheckIn(post="school-gate", person_id=TANG)
    SIGNED.when(by(COORDINATOR, for_tang, START)).then(checked)
    SIGNED.when(by(LUO, for_tang, START)).rejected("ROLE_NOT_PERMITTED")


def test_who_only_waits_or_never_signed_up_does_not_check_in() -> None:
    told = {"from": "waitlisted", "to": "checked_in", "allowed": ("cancelled", "confirmed")}
    FULL.given(WAITS_XIE).when(by(XIE, HERE, START)).rejected("INVALID_TRANSITION", **told)
    SIGNED.when(by(LUO, HERE, START)).rejected("NOT_FOUND")


def test_nobody_checks_in_twice_or_out_before_in() -> None:
    told = {"from": "checked_in", "to": "checked_in", "allowed": ("checked_out",)}
    SIGNED.given(IN).when(by(TANG, HERE, START)).rejected("INVALID_TRANSITION", **told)
    SIGNED.when(by(TANG, GOING, START)).rejected("INVALID_TRANSITION")
    SIGNED.given(IN, OUT).when(by(TANG, GOING, END)).rejected("INVALID_TRANSITION", allowed=())


# --- the roll call ----------------------------------------------------------------------------


def test_who_is_not_there_a_quarter_of_an_hour_after_the_start_is_a_no_show() -> None:
    roll = FULL.given(STARTED, IN)
    roll.when(CALL_ROLL).then(ABSENT_LUO, UNDERSTAFFED)
    roll.when(CALL_ROLL).reserves(Release("person", LUO), Release("at", f"{LUO}|school-gate|15"))


def test_whoever_came_and_has_gone_again_was_there() -> None:
    in_luo = IN.model_copy(update={"person_id": LUO})
    FULL.given(STARTED, IN, in_luo, OUT).when(CALL_ROLL).then()


def test_with_nobody_there_it_is_understaffed_though_nobody_signed_up() -> None:
    nobody = UNDERSTAFFED.model_copy(update={"present": 0})
    OPEN.given(STARTED).when(CALL_ROLL).then(nobody)


def test_the_roll_is_called_though_the_start_was_not_told_yet() -> None:
    FULL.given(IN).when(CALL_ROLL).then(ABSENT_LUO, UNDERSTAFFED)


def test_a_no_show_does_not_check_in_any_more() -> None:
    roll = FULL.given(STARTED, IN, ABSENT_LUO, UNDERSTAFFED)
    roll.when(by(LUO, HERE, NO_SHOW_AT)).rejected("INVALID_TRANSITION", allowed=())


def test_when_it_is_over_nobody_checks_in() -> None:
    AT[Status.COMPLETED].when(by(LUO, HERE, END)).rejected("INVALID_TRANSITION")
