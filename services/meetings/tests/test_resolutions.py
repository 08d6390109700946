"""A resolution 决议 from its result to its execution: declared, publicised, or idle."""

from datetime import datetime, timedelta

import pytest
from linli_meetings.resolutions.commands import (
    BringResult,
    FindIdle,
    PublishResolution,
    StartAction,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.reservations import taken
from linli_meetings.resolutions.terms import Status
from linli_shared.decider import Hold, Timer
from linli_shared.messages import SYSTEM

from services.meetings.tests.a_meeting import (
    CLERK,
    RESULT,
)
from services.meetings.tests.a_resolution import (
    ADOPTED,
    AT,
    BUILDER,
    DAY,
    DECLARED_AT,
    IDLE,
    NOTHING,
    PUBLICISED,
    STARTED,
    STARTED_AT,
    UNTIL,
    VOTED_DOWN,
    brought,
    by,
)
from services.meetings.tests.a_topic import TOPIC, ZONE, changed

# --- declaring -------------------------------------------------------------------------------


def test_a_process_declares_what_the_meeting_has_told() -> None:
    NOTHING.when(by("system", brought(RESULT))).then(ADOPTED)
    down = RESULT.model_copy(update={"adopted": False})
    NOTHING.when(by("system", brought(down))).then(VOTED_DOWN)


def test_nobody_brings_a_result_of_their_own() -> None:
    assert BringResult.by == {SYSTEM}


def test_a_topic_is_decided_once_and_for_good() -> None:
    asked = by("system", brought(RESULT))
    NOTHING.when(asked).reserves(Hold("decision", str(TOPIC)))
    refused = taken("decision", "r-7")
    assert refused.code == "INVALID_TRANSITION"
    assert refused.params["existing_resolution_id"] == "r-7"


# --- publicity -------------------------------------------------------------------------------


def test_publicity_lasts_to_the_end_of_the_seventh_day() -> None:
    AT[Status.ADOPTED].when(by(CLERK, PublishResolution())).then(PUBLICISED)
    AT[Status.ADOPTED].when(by(CLERK, PublishResolution())).reminds(Timer("idle", UNTIL + 7 * DAY))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2020, 11, 18, 0, 0, tzinfo=ZONE), UNTIL),
        (datetime(2020, 11, 18, 23, 59, tzinfo=ZONE), UNTIL),
        (datetime(2020, 11, 19, 0, 0, tzinfo=ZONE), UNTIL + DAY),
    ],
)
def test_days_are_those_of_the_estate(now: datetime, until: datetime) -> None:
    told = changed(PUBLICISED, occurred_at=now, until=until, idle_at=until + 7 * DAY)
    AT[Status.ADOPTED].when(by(CLERK, PublishResolution(), now)).then(told)


def test_nobody_shortens_publicity_by_dating_it_back() -> None:
    early = PublishResolution(occurred_at=DECLARED_AT - 7 * DAY)
    told = changed(PUBLICISED, occurred_at=DECLARED_AT - 7 * DAY)
    AT[Status.ADOPTED].when(by(CLERK, early)).then(told)


PUBLIC = AT[Status.PUBLICISED]


@pytest.mark.parametrize(
    "now", [datetime(2020, 11, 24, 9, 0, tzinfo=ZONE), UNTIL - timedelta(seconds=1)]
)
def test_nothing_is_carried_out_before_its_end(now: datetime) -> None:
    PUBLIC.when(by(BUILDER, StartAction(action_id=1), now)).rejected(
        "PUBLICITY_NOT_ENDED", until="2020-11-26T00:00:00+08:00"
    )


def test_nor_is_it_said_afterwards_to_have_been() -> None:
    early = StartAction(action_id=1, occurred_at=UNTIL - DAY)
    PUBLIC.when(by(BUILDER, early, STARTED_AT)).rejected("PUBLICITY_NOT_ENDED")


def test_from_its_end_on_it_is() -> None:
    started = changed(STARTED, occurred_at=UNTIL)
    PUBLIC.when(by(BUILDER, StartAction(action_id=1), UNTIL)).then(started)


# --- with nothing to do ----------------------------------------------------------------------


def test_a_resolution_without_an_action_seven_days_after_publicity_is_idle() -> None:
    command = RESOLUTIONS.fired("idle", UNTIL + 7 * DAY)
    assert command == FindIdle(due=UNTIL + 7 * DAY)
    asked = by("system", command, UNTIL + 7 * DAY)
    NOTHING.given(ADOPTED, PUBLICISED).when(asked).then(IDLE)
    NOTHING.given(ADOPTED, PUBLICISED, IDLE).when(asked).then()
    PUBLIC.when(asked).then()


def test_a_timer_of_another_due_says_nothing_of_idleness() -> None:
    spec = NOTHING.given(ADOPTED, PUBLICISED)
    spec.when(by("system", FindIdle(due=UNTIL))).then()
    NOTHING.given(ADOPTED).when(by("system", FindIdle(due=UNTIL))).then()
