"""Demonstration posts 示范岗/先锋岗: on evidence, to a steward who serves, for a year."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linli_estates.days import ZONE
from linli_estates.honours.commands import AwardPost, WithdrawPost
from linli_estates.honours.domain import HONOURS
from linli_estates.honours.events import DemonstrationPostAwarded
from linli_estates.stewards.state import Steward
from linli_language.roles import Role
from linli_shared.decider import Cancel, Hold, Release, Timer
from pydantic import ValidationError

from services.estates.tests.a_badge import DENG
from services.estates.tests.a_post import (
    AWARDED,
    EXPIRED,
    HELD,
    LAST,
    NO_POST,
    WITHDRAW,
    WITHDRAWN,
    awarding,
    over,
)

OVER = datetime(2021, 1, 6, tzinfo=ZONE)


def test_a_post_is_awarded_to_a_steward_who_serves() -> None:
    NO_POST.when(awarding()).then(AWARDED)
    NO_POST.when(awarding(None)).rejected("NOT_FOUND")
    NO_POST.when(awarding(Steward(DENG, ended=True))).rejected("NOT_FOUND")
    HELD.when(awarding()).rejected("INVALID_TRANSITION")
    assert AwardPost.by == WithdrawPost.by == {Role.ESTATE_MANAGER, Role.COMPANY_USER}


def test_nobody_awards_one_to_themself() -> None:
    NO_POST.when(awarding(person=DENG)).rejected("VERIFIER_IS_EXECUTOR")


def test_it_rests_on_evidence_and_is_not_of_tomorrow() -> None:
    with pytest.raises(ValidationError):
        awarding(evidence_refs=[])
    NO_POST.when(awarding(awarded_on="2020-01-07")).rejected("OCCURRED_IN_FUTURE", limit_min=0)


def test_it_is_over_after_a_year_by_itself() -> None:
    """Checked by expiring whatever was awarded: one that was withdrawn is over twice."""
    assert HONOURS.remind(None, AWARDED) == [Timer("term", OVER)]
    HELD.when(over(OVER)).then(EXPIRED.model_copy(update={"occurred_at": OVER}))
    HELD.given(WITHDRAWN).when(over(OVER)).then()
    HELD.given(EXPIRED).when(WITHDRAW).rejected("INVALID_TRANSITION")
    NO_POST.when(WITHDRAW).rejected("NOT_FOUND")


def test_it_can_be_withdrawn_before() -> None:
    HELD.when(WITHDRAW).then(WITHDRAWN)
    assert HONOURS.remind(None, WITHDRAWN) == [Cancel("term")]


def test_a_steward_has_a_post_of_a_kind_once_at_a_time() -> None:
    assert HONOURS.reserve(None, AWARDED) == [Hold("honour", "demonstration|deng")]
    for event in (WITHDRAWN, EXPIRED):
        assert HONOURS.reserve(None, event) == [Release("honour")]
    assert HONOURS.taken("honour", "x").code == "ALREADY_REGISTERED"


@given(st.dates(date(2000, 1, 1), date(2020, 1, 6)))
@example(date(2016, 2, 29))
def test_its_last_day_is_the_day_before_the_same_date_a_year_on(day: date) -> None:
    """Checked with 365 days: a year with 29 February ends a day early."""
    (event,) = HONOURS.decide(awarding(awarded_on=day.isoformat()), None)
    assert isinstance(event, DemonstrationPostAwarded)
    assert timedelta(364) <= event.until - day <= timedelta(365)
    following = event.until + timedelta(1)
    assert (following.month, following.day) in {(day.month, day.day), (3, 1)}
    assert date(2021, 1, 5) == LAST
