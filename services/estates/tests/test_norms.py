"""Service norms 四有: a check each month, with photos; whoever answers hears of a month without."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.days import ZONE
from linli_estates.norms.commands import CHECKERS, BeginNormChecks, RecordNormCheck
from linli_estates.norms.domain import NORMS, evolve
from linli_estates.norms.months import after, named
from linli_estates.norms.terms import ITEMS, Item, Norm
from linli_estates.periods.calendar import begins_on
from linli_language.roles import Role
from linli_shared.decider import Cancel, Timer
from linli_shared.messages import SYSTEM
from pydantic import ValidationError

from services.estates.tests.a_company import NOW
from services.estates.tests.a_norm import (
    BEGUN,
    CHECKED,
    DENG,
    END,
    ENDED,
    FOUND,
    KEPT,
    MISSED,
    NOTHING,
    beginning,
    by,
    checking,
    over,
)

FEBRUARY = datetime(2020, 2, 1, tzinfo=ZONE)
MARCH = datetime(2020, 3, 1, tzinfo=ZONE)
MISSED_ = MISSED.model_copy(update={"occurred_at": FEBRUARY})


def of_system(event: Any, at: datetime) -> Any:
    return event.model_copy(update={"occurred_at": at})


def test_checks_begin_with_this_month_and_somebody_of_the_company_answers() -> None:
    NOTHING.when(beginning()).then(BEGUN)
    NOTHING.when(beginning("nobody")).rejected("PERSON_UNKNOWN")
    assert BeginNormChecks.by == {Role.ESTATE_MANAGER, Role.COMPANY_USER}
    assert {Role.STEWARD, Role.COMMUNITY_OFFICER} < CHECKERS


def test_somebody_else_may_answer_from_now_on_and_no_month_is_forgotten() -> None:
    """Checked by beginning with this month again: January is never told of."""
    KEPT.when(beginning()).then()
    later = NOW + timedelta(days=40)
    KEPT.when(beginning(DENG, now=later)).then(
        BEGUN.model_copy(update={"responsible_id": DENG, "occurred_at": later})
    )


def test_what_has_ended_can_begin_again_with_the_month_of_then() -> None:
    later = NOW + timedelta(days=70)
    KEPT.given(ENDED).when(beginning(now=later)).then(
        BEGUN.model_copy(update={"period": "2020-03", "occurred_at": later})
    )
    KEPT.when(END).then(ENDED)
    KEPT.given(ENDED).when(checking()).rejected("INVALID_TRANSITION")
    NOTHING.when(checking()).rejected("NOT_FOUND")


def test_a_check_says_of_each_item_whether_it_was_met() -> None:
    KEPT.when(checking()).then(CHECKED)
    KEPT.when(checking(found=FOUND | {"roads": False})).then(CHECKED)
    for item in FOUND:
        left = {one: met for one, met in FOUND.items() if one != item}
        KEPT.when(checking(found=left)).rejected("CHECKLIST_INCOMPLETE", missing=[item])


def test_a_check_has_a_photo_and_is_not_of_tomorrow() -> None:
    with pytest.raises(ValidationError):
        RecordNormCheck(checked_on=date(2020, 1, 6), found={}, photo_refs=())
    tomorrow = f"{NOW + timedelta(days=1):%Y-%m-%d}"
    KEPT.when(checking(checked_on=tomorrow)).rejected("OCCURRED_IN_FUTURE", limit_min=0)
    KEPT.when(checking(checked_on="2019-12-31")).then(
        CHECKED.model_copy(update={"period": "2019-12", "checked_on": date(2019, 12, 31)})
    )


def test_each_norm_has_four_items_of_its_own() -> None:
    assert [len(ITEMS[norm]) for norm in Norm] == [4, 4]
    assert sorted(item for norm in Norm for item in ITEMS[norm]) == sorted(Item)


def test_a_month_without_a_check_is_told_of_when_it_is_over() -> None:
    """To whoever answers now. Checked by comparing no time: a check of January does not help."""
    told = of_system(MISSED, FEBRUARY)
    KEPT.when(over(FEBRUARY, FEBRUARY + timedelta(hours=3))).then(told)
    KEPT.given(CHECKED).when(over(FEBRUARY)).then()
    KEPT.given(ENDED).when(over(FEBRUARY)).then()
    changed = BEGUN.model_copy(update={"responsible_id": DENG})
    KEPT.given(changed).when(over(FEBRUARY)).then(told.model_copy(update={"responsible_id": DENG}))


def test_one_timer_waits_for_the_end_of_the_month_whose_check_is_missing() -> None:
    """Also once that was told: the next month is waited for, and one checked late is not waited
    for again. Checked by going on from the month of whatever was checked last."""
    january, february = evolve(None, BEGUN), evolve(evolve(None, BEGUN), MISSED)
    assert NORMS.remind(None, BEGUN) == [Timer("check", FEBRUARY)]
    assert NORMS.remind(january, CHECKED) == [Timer("check", MARCH)]
    assert NORMS.remind(january, MISSED) == [Timer("check", MARCH)]
    assert NORMS.remind(february, CHECKED) == [Timer("check", MARCH)]
    assert NORMS.remind(january, ENDED) == [Cancel("check")]
    early = CHECKED.model_copy(update={"period": "2019-11"})
    assert NORMS.remind(january, early) == [Timer("check", FEBRUARY)]


def test_only_the_clock_says_that_a_month_is_over() -> None:
    assert over(FEBRUARY).by == {SYSTEM}
    assert by(END).by == {Role.ESTATE_MANAGER, Role.COMPANY_USER}


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)))
def test_a_month_after_a_month_is_the_next_one_and_written_as_a_period(day: date) -> None:
    month = day.replace(day=1)
    following = after(month)
    assert timedelta(days=28) <= following - month <= timedelta(days=31)
    assert following.day == 1
    assert begins_on(named(month)) == month
