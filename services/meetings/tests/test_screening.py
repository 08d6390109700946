"""Screening a topic 议题: which regime it may be decided by."""

from datetime import datetime

import pytest
from linli_meetings.statutory import ZONE
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.commands import (
    ScreenTopic,
)
from linli_meetings.topics.terms import Status

from services.meetings.tests.a_topic import (
    AT,
    OFFICER,
    SCREENED,
    by,
)

# --- screening -------------------------------------------------------------------------------

THE_DAY_BEFORE = datetime(2020, 12, 31, 23, 59, tzinfo=ZONE)
IN_2021 = datetime(2021, 1, 1, tzinfo=ZONE)
JOINT = [matter for matter in Matter if matter is not Matter.NONE]


def test_a_topic_of_no_statutory_matter_is_advisory() -> None:
    asked = by(OFFICER, ScreenTopic(matter=Matter.NONE, regime=Regime.ADVISORY))
    AT[Status.PROPOSED].when(asked).then(SCREENED)


@pytest.mark.parametrize("matter", JOINT)
def test_what_owners_decide_jointly_is_never_advisory(matter: Matter) -> None:
    asked = by(OFFICER, ScreenTopic(matter=matter, regime=Regime.ADVISORY), IN_2021)
    AT[Status.PROPOSED].when(asked).rejected("REGIME_MISMATCH")


@pytest.mark.parametrize("matter", [Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_OF_USE])
def test_a_special_matter_takes_the_special_majority(matter: Matter) -> None:
    ordinary = by(OFFICER, ScreenTopic(matter=matter, regime=Regime.STATUTORY_ORDINARY), IN_2021)
    AT[Status.PROPOSED].when(ordinary).rejected("REGIME_MISMATCH", needed="statutory_special")
    special = by(OFFICER, ScreenTopic(matter=matter, regime=Regime.STATUTORY_SPECIAL), IN_2021)
    AT[Status.PROPOSED].when(special).then(
        SCREENED.model_copy(
            update={
                "occurred_at": IN_2021,
                "matter": matter,
                "regime": Regime.STATUTORY_SPECIAL,
                "law_version": "civil-code-278",
            }
        )
    )


def test_the_law_is_that_of_the_day_linli_is_told() -> None:
    use = ScreenTopic(matter=Matter.USE_FUND, regime=Regime.STATUTORY_ORDINARY)
    AT[Status.PROPOSED].when(by(OFFICER, use)).rejected("REGIME_MISMATCH")
    backdated = use.model_copy(
        update={"matter": Matter.CHANGE_OF_USE, "occurred_at": THE_DAY_BEFORE}
    )
    asked = by(OFFICER, backdated, IN_2021)
    AT[Status.PROPOSED].when(asked).rejected("REGIME_MISMATCH", needed="statutory_special")
