"""A shift 班次 as such: planned, published, started, over, called off."""

from datetime import timedelta
from typing import Any

import pytest
from linli_shared.decider import Cancel, Release, Timer
from linli_shared.messages import SYSTEM
from linli_volunteers.engagements import Engagement
from linli_volunteers.shifts.commands import (
    CancelShift,
    CompleteShift,
    PublishShift,
    RecordNoShows,
    StartShift,
)
from linli_volunteers.shifts.terms import Status
from linli_volunteers.shifts.timers import fired
from pydantic import ValidationError

from services.volunteers.tests.a_shift import (
    ABSENT_LUO,
    ALL_TAKEN,
    AT,
    CANCELLED,
    CLOSES_AT,
    COMPLETED,
    COORDINATOR,
    END,
    FULL,
    IN,
    LUO,
    NO_SHOW_AT,
    NOTHING,
    OPEN,
    OUT,
    PLANNED,
    PUBLISHED,
    SHIFT,
    START,
    STARTED,
    TANG,
    UNDERSTAFFED,
    XIE,
    YI,
    by,
    planning,
)

DRAFT = AT[Status.DRAFT]
START_IT = by(SYSTEM, fired("start", START), START)
CALL_ROLL = by(SYSTEM, fired("no_show", NO_SHOW_AT), NO_SHOW_AT)
CLOSE_IT = by(SYSTEM, fired("close", CLOSES_AT), CLOSES_AT)


def test_a_coordinator_plans_a_shift() -> None:
    planned = PLANNED.model_copy(update={"waitlist_max": 10})
    planning_it = planning(required_credentials=["minor_contact_check"])
    NOTHING.when(by(COORDINATOR, planning_it)).then(planned)
    NOTHING.when(by(COORDINATOR, planning_it)).reserves()


def test_a_shift_that_would_have_started_is_not_planned() -> None:
    """It could not be published any more."""
    planned = by(COORDINATOR, planning(), START - timedelta(seconds=1))
    NOTHING.when(planned).reserves()
    NOTHING.when(by(COORDINATOR, planning(), START)).rejected("SHIFT_ALREADY_STARTED")
    dated_back = by(COORDINATOR, planning(occurred_at=START - timedelta(1)), START)
    NOTHING.when(dated_back).rejected("SHIFT_ALREADY_STARTED")


@pytest.mark.parametrize(("given", "kept"), [(None, 15), (0, 0), (40, 40)])
def test_the_way_to_other_posts_is_policys_where_nothing_is_said(given: Any, kept: int) -> None:
    (planned,) = NOTHING._decider.decide(by(COORDINATOR, planning(travel_buffer_min=given)), None)
    assert planned.travel_buffer_min == kept  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": START},
        {"ends_at": START - timedelta(minutes=1)},
        {"ends_at": START + timedelta(hours=24, seconds=1)},
        {"min_n": 3},
        {"min_n": 0},
    ],
)
def test_a_plan_makes_sense(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        planning(**change)


def test_publishing_sets_the_clock() -> None:
    publish = by(COORDINATOR, PublishShift())
    DRAFT.when(publish).then(PUBLISHED)
    DRAFT.when(publish).reminds(
        Timer("start", START), Timer("no_show", NO_SHOW_AT), Timer("close", CLOSES_AT)
    )


def test_what_has_begun_is_not_published() -> None:
    DRAFT.when(by(COORDINATOR, PublishShift(), START)).rejected("SHIFT_ALREADY_STARTED")


def test_it_starts_by_the_clock() -> None:
    OPEN.when(START_IT).then(STARTED)
    OPEN.when(START_IT).reminds()


def test_a_clock_that_comes_late_says_when_it_was_due() -> None:
    late = by(SYSTEM, fired("start", START), START + timedelta(hours=1))
    OPEN.when(late).then(STARTED)


def test_it_is_over_when_whoever_was_there_may_have_reached_another_post() -> None:
    been = FULL.given(STARTED, IN, ABSENT_LUO, OUT)
    over = COMPLETED.model_copy(update={"attended": (TANG,)})
    been.when(CLOSE_IT).then(over)
    been.when(CLOSE_IT).reserves(Release("person"), Release("at"))
    been.when(CLOSE_IT).reminds(Cancel())
    assert END + timedelta(minutes=15) == CLOSES_AT


def test_what_the_clock_says_twice_happens_once() -> None:
    OPEN.given(STARTED).when(START_IT).then()
    FULL.given(STARTED, IN, ABSENT_LUO, UNDERSTAFFED).when(CALL_ROLL).then()
    AT[Status.COMPLETED].when(CLOSE_IT).then()


@pytest.mark.parametrize("command", [StartShift, RecordNoShows, CompleteShift])
def test_a_timer_of_another_time_says_nothing(command: Any) -> None:
    moved = START + timedelta(minutes=1)
    OPEN.when(by(SYSTEM, command(due=moved), moved)).then()


@pytest.mark.parametrize("command", [START_IT, CALL_ROLL, CLOSE_IT])
def test_the_clock_says_nothing_to_a_shift_that_was_called_off(command: Any) -> None:
    AT[Status.CANCELLED].when(command).then()


def test_calling_it_off_tells_who_had_a_place_and_who_waited() -> None:
    call_off = by(COORDINATOR, CancelShift(reason="台风停课"))
    told = CANCELLED.model_copy(update={"expected": (TANG, LUO), "waiting": (XIE, YI)})
    ALL_TAKEN.when(call_off).then(told)
    ALL_TAKEN.when(call_off).reserves(Release("person"), Release("at"))
    ALL_TAKEN.when(call_off).reminds(Cancel())


def test_what_it_is_to_whoever_has_a_place() -> None:
    shift = OPEN._decider.fold(OPEN._past)
    assert shift
    mine = Engagement("shift", str(SHIFT), "school-gate", START, END, 15)
    assert shift.engagement(SHIFT) == mine
