"""定期评事: the three parties say whether a resolution has helped, and what follows."""

from datetime import datetime

import pytest
from linli_meetings.resolutions.commands import FindMissed, ScheduleEvaluation
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.terms import IN_FORCE, NOT_EXECUTED, Status
from linli_shared.decider import Cancel, Timer

from services.meetings.tests.a_meeting import CHAIR, CLERK
from services.meetings.tests.a_resolution import (
    AGAINST,
    AT,
    BUILDER,
    DAY,
    DONE_AT,
    EFFECTIVE,
    EVALUATED_AT,
    EXTENDED,
    FIRST,
    MISSED,
    OVERTURNED,
    PAINTER,
    SECOND,
    by,
    due,
    evaluation,
)
from services.meetings.tests.a_topic import changed

DONE = AT[Status.EXECUTED]
SCORES = {"owners": 44, "property": 46, "community": 45}
LOW = {"owners": 21, "property": 40, "community": 30}
UPSET = evaluation("overturn", scores=LOW, reason="草坪被占，业主反对。")


def test_three_parties_score_and_it_is_effective() -> None:
    DONE.when(by(CLERK, evaluation(), EVALUATED_AT)).then(EFFECTIVE)
    DONE.when(by(CLERK, evaluation(), EVALUATED_AT)).reminds(Cancel("evaluation-1"))


@pytest.mark.parametrize("status", sorted(NOT_EXECUTED))
def test_what_is_not_carried_out_is_not_evaluated(status: Status) -> None:
    AT[status].when(by(CLERK, evaluation(), EVALUATED_AT)).rejected("EVALUATION_TOO_EARLY")
    dated = ScheduleEvaluation(due_at=FIRST)
    AT[status].when(by(CHAIR, dated)).rejected("EVALUATION_TOO_EARLY")


@pytest.mark.parametrize("missing", [["owners"], ["property"], ["community"], [*SCORES]])
def test_two_parties_only_are_no_evaluation(missing: list[str]) -> None:
    scores = {party: score for party, score in SCORES.items() if party not in missing}
    DONE.when(by(CLERK, evaluation(scores=scores), EVALUATED_AT)).rejected(
        "EVALUATION_INCOMPLETE", missing=missing
    )


@pytest.mark.parametrize("chair", [BUILDER, PAINTER])
def test_who_has_done_it_does_not_chair(chair: str) -> None:
    DONE.when(by(CLERK, evaluation(chair_id=chair), EVALUATED_AT)).rejected("EVALUATOR_IS_EXECUTOR")


# --- which one it is -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "these"),
    [
        (FIRST - 8 * DAY, ()),
        (FIRST - 7 * DAY, (1,)),
        (FIRST + 20 * DAY, (1,)),
        (SECOND - 7 * DAY, (1, 2)),
        (SECOND, (1, 2)),
    ],
)
def test_an_evaluation_is_those_that_were_due_or_nearly_so(
    now: datetime, these: tuple[int, ...]
) -> None:
    told = changed(EFFECTIVE, occurred_at=now, scheduled=these)
    DONE.when(by(CLERK, evaluation(), now)).then(told)


def test_one_that_was_missed_can_still_be_held() -> None:
    now = FIRST + 10 * DAY
    late = changed(EFFECTIVE, occurred_at=now)
    DONE.given(MISSED).when(by(CLERK, evaluation(), now)).then(late)


def test_an_evaluation_nobody_held_is_missed_once() -> None:
    command = RESOLUTIONS.fired("evaluation-1", FIRST + 7 * DAY)
    assert command == FindMissed(n=1, due=FIRST + 7 * DAY)
    asked = by("system", command, FIRST + 7 * DAY)
    DONE.when(asked).then(MISSED)
    DONE.given(MISSED).when(asked).then()
    AT[Status.EVALUATED_EFFECTIVE].when(asked).then()
    AT[Status.OVERTURNED].when(asked).then()


def test_a_timer_that_was_moved_says_nothing() -> None:
    moved = DONE.given(due(1, FIRST + DAY))
    moved.when(by("system", FindMissed(n=1, due=FIRST + 7 * DAY))).then()


# --- dates -----------------------------------------------------------------------------------


def test_a_date_is_moved_or_one_is_added() -> None:
    later = FIRST + 5 * DAY
    again = by(CHAIR, ScheduleEvaluation(due_at=later, n=1), DONE_AT)
    DONE.when(again).then(due(1, later))
    DONE.when(again).reminds(Timer("evaluation-1", later + 7 * DAY))
    DONE.when(by(CHAIR, ScheduleEvaluation(due_at=later), DONE_AT)).then(due(3, later))
    gone = by(CHAIR, ScheduleEvaluation(due_at=later, n=1), DONE_AT)
    AT[Status.EVALUATED_EFFECTIVE].when(gone).rejected("NOT_FOUND")
    AT[Status.EVALUATED_EFFECTIVE].when(by(CHAIR, ScheduleEvaluation(due_at=later), DONE_AT)).then(
        due(3, later)
    )


# --- verdicts --------------------------------------------------------------------------------


def test_what_is_extended_is_evaluated_again() -> None:
    DONE.when(by(CLERK, evaluation("extend"), EVALUATED_AT)).then(EXTENDED)
    last = changed(EXTENDED, occurred_at=SECOND, scheduled=(1, 2))
    DONE.when(by(CLERK, evaluation("extend"), SECOND)).then(
        last, due(3, SECOND + 30 * DAY, CLERK, SECOND)
    )


def test_after_ninety_days_owners_overturn_it_and_its_topic_comes_again() -> None:
    DONE.when(by(CLERK, UPSET, SECOND)).then(AGAINST, OVERTURNED)
    DONE.when(by(CLERK, UPSET, SECOND)).reminds(
        Cancel("evaluation-1"), Cancel("evaluation-2"), Cancel()
    )


@pytest.mark.parametrize("status", sorted(IN_FORCE))
def test_whatever_was_said_before(status: Status) -> None:
    these = (1, 2) if status is Status.EXECUTED else (2,)
    AT[status].when(by(CLERK, UPSET, SECOND)).then(changed(AGAINST, scheduled=these), OVERTURNED)


def test_an_overturned_resolution_stays_so() -> None:
    AT[Status.OVERTURNED].when(by(CLERK, evaluation(), SECOND + DAY)).rejected(
        "INVALID_TRANSITION", **{"from": "overturned", "allowed": []}
    )
