"""Signing up for a shift 班次: a place, the waiting list, moving up, cancelling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from linli_shared.decider import Hold, Release
from linli_volunteers.engagements import SCOPE, Engagement
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelSignup,
    SignUpForShift,
)
from linli_volunteers.shifts.reservations import taken
from linli_volunteers.shifts.terms import Status

from services.volunteers.tests.a_shift import (
    ALL_TAKEN,
    AT,
    CONFIRMED,
    COORDINATOR,
    END,
    FULL,
    GONE,
    LUO,
    OPEN,
    OTHER,
    PROMOTED_XIE,
    RESIDENT,
    START,
    TANG,
    WAITS_XIE,
    WAITS_YI,
    XIE,
    YI,
    busy,
    by,
    clock,
    elsewhere,
    of,
)

Ask = Callable[..., SignUpForShift | AssignVolunteer]
AIDE = (elsewhere(clock(16, 30), clock(18, 30)),)
HELD_BY_TANG = (
    Hold("person", TANG, START, END, scope=SCOPE),
    Hold("at", f"{TANG}|school-gate|15", START, END, scope=SCOPE),
)
GIVEN_BACK = (Release("person", TANG), Release("at", f"{TANG}|school-gate|15"))


def signs_up(**calendar: tuple[Engagement, ...]) -> SignUpForShift:
    return by(TANG, busy(SignUpForShift(), **calendar))


def is_assigned(**calendar: tuple[Engagement, ...]) -> AssignVolunteer:
    return by(COORDINATOR, busy(AssignVolunteer(person_id=TANG), **calendar))


either = pytest.mark.parametrize("ask", [signs_up, is_assigned])


# --- a place ----------------------------------------------------------------------------------


def test_who_signs_up_gets_a_place_and_keeps_the_time() -> None:
    OPEN.when(signs_up()).then(CONFIRMED)
    OPEN.when(signs_up()).reserves(*HELD_BY_TANG)


def test_who_is_assigned_does_so_too() -> None:
    by_peng = CONFIRMED.model_copy(update={"by_id": COORDINATOR})
    OPEN.when(is_assigned()).then(by_peng)
    OPEN.when(is_assigned()).reserves(*HELD_BY_TANG)


@either
def test_a_draft_or_a_shift_called_off_takes_nobody(ask: Ask) -> None:
    for status in (Status.DRAFT, Status.CANCELLED):
        AT[status].when(ask()).rejected("SHIFT_NOT_PUBLISHED")


@either
def test_what_has_started_takes_nobody(ask: Ask) -> None:
    for status in (Status.IN_PROGRESS, Status.COMPLETED):
        AT[status].when(ask()).rejected("SHIFT_ALREADY_STARTED")


def test_the_start_counts_though_the_clock_has_not_said_so_yet() -> None:
    OPEN.when(by(TANG, SignUpForShift(), START)).rejected("SHIFT_ALREADY_STARTED")
    OPEN.when(by(TANG, SignUpForShift(), START - timedelta(seconds=1))).then(
        CONFIRMED.model_copy(update={"occurred_at": START - timedelta(seconds=1)})
    )


@either
def test_nobody_has_two_places(ask: Ask) -> None:
    OPEN.given(CONFIRMED).when(ask()).rejected("ALREADY_SIGNED_UP")
    waits = WAITS_XIE.model_copy(update={"person_id": TANG})
    FULL.given(GONE, waits).when(ask()).rejected("ALREADY_SIGNED_UP")


def test_who_cancelled_may_come_back() -> None:
    OPEN.given(CONFIRMED, GONE).when(signs_up()).then(CONFIRMED)


@either
def test_who_is_elsewhere_at_the_time_is_refused(ask: Ask) -> None:
    told = {"other_shift_id": str(OTHER), "other_kind": "shift", "gap_min": -50}
    OPEN.when(ask(tang=AIDE)).rejected("SHIFT_OVERLAP", **told)
    FULL.given(GONE, WAITS_YI).when(ask(tang=AIDE)).rejected("SHIFT_OVERLAP", **told)


@either
def test_six_hours_without_a_rest_are_the_most(ask: Ask) -> None:
    six = (elsewhere(clock(11, 20), clock(16, 5)),)
    more = (elsewhere(clock(11, 19), clock(16, 5)),)
    OPEN._decider.decide(ask(tang=six), OPEN._decider.fold(OPEN._past))
    OPEN.when(ask(tang=more)).rejected("MAX_CONSECUTIVE_EXCEEDED", limit_min=360)


def test_the_refusals_are_tested_in_their_order() -> None:
    busy_tang: dict[str, Any] = {TANG: AIDE}
    OPEN.given(CONFIRMED).when(signs_up(**busy_tang)).rejected("ALREADY_SIGNED_UP")
    long = {TANG: (elsewhere(clock(9), clock(16, 10)),)}
    OPEN.when(signs_up(**long)).rejected("SHIFT_OVERLAP", gap_min=10)
    full = ALL_TAKEN.given(GONE, PROMOTED_XIE, WAITS_XIE.model_copy(update={"person_id": "chen"}))
    full.when(signs_up(**busy_tang)).rejected("SHIFT_OVERLAP")


def test_what_nobody_looked_up_is_not_taken_for_free_time() -> None:
    unlooked = SignUpForShift().stamped(OTHER, clock(9), by(TANG, SignUpForShift()).actor)
    with pytest.raises(AttributeError):
        OPEN._decider.decide(unlooked, OPEN._decider.fold(OPEN._past))


def test_a_lost_race_names_nobody_before_it_is_known_of_which_estate_they_are() -> None:
    for kind in ("person", "at"):
        refused = taken(kind, str(OTHER))
        assert (refused.code, refused.params) == ("SHIFT_OVERLAP", {})


# --- waiting ----------------------------------------------------------------------------------


def test_the_next_after_the_last_place_waits_and_keeps_no_time() -> None:
    FULL.when(by(XIE, SignUpForShift())).then(WAITS_XIE)
    FULL.when(by(XIE, SignUpForShift())).reserves()
    FULL.given(WAITS_XIE).when(by(YI, SignUpForShift())).then(WAITS_YI)


def test_the_waiting_list_has_an_end() -> None:
    ALL_TAKEN.when(by(RESIDENT, SignUpForShift())).rejected("WAITLIST_FULL", limit=2)


def test_nobody_jumps_the_queue() -> None:
    """Xie was passed over when a place came free, and could come by now."""
    passed_over = FULL.given(WAITS_XIE, GONE)
    promoted = PROMOTED_XIE.model_copy(update={"by_id": YI})
    waits = WAITS_YI.model_copy(update={"position": 1})
    passed_over.when(by(YI, SignUpForShift())).then(promoted, waits)


def test_who_still_cannot_come_goes_on_waiting_and_the_next_gets_the_place() -> None:
    got = CONFIRMED.model_copy(update={"person_id": YI, "by_id": YI})
    FULL.given(WAITS_XIE, GONE).when(by(YI, busy(SignUpForShift(), xie=AIDE))).then(got)


# --- cancelling -------------------------------------------------------------------------------

CANCEL = CancelSignup()


def test_who_cancels_gives_the_time_back() -> None:
    OPEN.given(CONFIRMED).when(by(TANG, CANCEL)).then(GONE)
    OPEN.given(CONFIRMED).when(by(TANG, CANCEL)).reserves(*GIVEN_BACK)


def test_the_first_who_waits_moves_up_once() -> None:
    ALL_TAKEN.when(by(TANG, CANCEL)).then(GONE, PROMOTED_XIE)
    held = (
        Hold("person", XIE, START, END, scope=SCOPE),
        Hold("at", f"{XIE}|school-gate|15", START, END, scope=SCOPE),
    )
    ALL_TAKEN.when(by(TANG, CANCEL)).reserves(*GIVEN_BACK, *held)
    promoted = ALL_TAKEN.given(GONE, PROMOTED_XIE)
    second = PROMOTED_XIE.model_copy(update={"person_id": YI, "by_id": LUO})
    gone_luo = GONE.model_copy(update={"person_id": LUO, "by_id": LUO})
    promoted.when(by(LUO, CANCEL)).then(gone_luo, second)


def test_who_has_taken_on_something_else_meanwhile_is_passed_over() -> None:
    promoted = PROMOTED_XIE.model_copy(update={"person_id": YI})
    ALL_TAKEN.when(by(TANG, busy(CANCEL, xie=AIDE))).then(GONE, promoted)
    ALL_TAKEN.when(by(TANG, busy(CANCEL, xie=AIDE, yi=AIDE))).then(GONE)


def test_a_coordinator_cancels_for_somebody() -> None:
    gone = GONE.model_copy(update={"by_id": COORDINATOR})
    OPEN.given(CONFIRMED).when(by(COORDINATOR, CancelSignup(person_id=TANG))).then(gone)


def test_nobody_else_does() -> None:
    OPEN.given(CONFIRMED).when(by(LUO, CancelSignup(person_id=TANG))).rejected(
        "ROLE_NOT_PERMITTED",
        roles=["estate_manager", "steward_lead", "volunteer_coordinator"],
    )


@pytest.mark.parametrize("person", [TANG, COORDINATOR])
def test_later_than_three_hours_before_it_is_too_late(person: str) -> None:
    command, signed = CancelSignup(person_id=TANG), OPEN.given(CONFIRMED)
    in_time = START - timedelta(hours=3)
    signed.when(by(person, command, in_time)).then(
        GONE.model_copy(update={"occurred_at": in_time, "by_id": person})
    )
    late = in_time + timedelta(seconds=1)
    signed.when(by(person, command, late)).rejected("CANCEL_TOO_LATE", limit_min=180)


def test_that_counts_from_when_linli_is_told() -> None:
    claims = CancelSignup(occurred_at=START - timedelta(hours=5))
    late = START - timedelta(hours=2)
    OPEN.given(CONFIRMED).when(by(TANG, claims, late)).rejected("CANCEL_TOO_LATE")


def test_who_waits_may_leave_at_any_time_and_nobody_moves_up() -> None:
    left = GONE.model_copy(update={"person_id": XIE, "by_id": XIE, "was": "waitlisted"})
    late = left.model_copy(update={"occurred_at": START})
    ALL_TAKEN.when(by(XIE, CANCEL)).then(left)
    ALL_TAKEN.when(by(XIE, CANCEL, START)).then(late)


def test_nobody_is_promoted_who_could_not_cancel_any_more() -> None:
    late = START - timedelta(hours=3) + timedelta(seconds=1)
    got = of(YI, occurred_at=late)
    FULL.given(WAITS_XIE, GONE).when(by(YI, SignUpForShift(), late)).then(
        CONFIRMED.model_copy(
            update={"person_id": YI} | {k: got[k] for k in ("occurred_at", "by_id")}
        )
    )


def test_who_never_signed_up_has_nothing_to_cancel() -> None:
    OPEN.when(by(TANG, CANCEL)).rejected("NOT_FOUND")


def test_what_is_cancelled_is_not_cancelled_again() -> None:
    told = {"from": "cancelled", "to": "cancelled", "allowed": ("confirmed", "waitlisted")}
    OPEN.given(CONFIRMED, GONE).when(by(TANG, CANCEL)).rejected("INVALID_TRANSITION", **told)
