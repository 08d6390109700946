"""When owners have decided what the law leaves to them: by area and by head, integers only."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_meetings.statutory import (
    CIVIL_CODE,
    PROPERTY_LAW,
    Count,
    Law,
    adopted,
    enough_take_part,
    law_at,
    least_regime,
    strong_enough,
)
from linli_meetings.terms import Matter, Regime

ORDINARY, SPECIAL = Regime.STATUTORY_ORDINARY, Regime.STATUTORY_SPECIAL
AREA, HEADS = 2_384_640_000, 2_071
"""湘熙水郡: 238 464.00 m² and its voting owners."""


@pytest.mark.parametrize(
    ("moment", "law"),
    [
        (datetime(2020, 12, 31, 15, 59, tzinfo=UTC), PROPERTY_LAW),
        (datetime(2020, 12, 31, 16, 0, tzinfo=UTC), CIVIL_CODE),
    ],
)
def test_the_civil_code_is_in_force_from_the_first_day_of_2021(moment: datetime, law: Law) -> None:
    assert law_at(moment) is law


def test_raising_the_fund_rebuilding_and_changing_a_use_are_special() -> None:
    special = {matter for matter in Matter if least_regime(matter, CIVIL_CODE) is SPECIAL}
    assert special == {Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_OF_USE}
    assert least_regime(Matter.USE_FUND, CIVIL_CODE) is ORDINARY


def test_before_2021_so_were_raising_and_using_the_fund_and_rebuilding() -> None:
    special = {matter for matter in Matter if least_regime(matter, PROPERTY_LAW) is SPECIAL}
    assert special == {Matter.RAISE_FUND, Matter.USE_FUND, Matter.REBUILD}


@pytest.mark.parametrize("law", [CIVIL_CODE, PROPERTY_LAW])
def test_only_what_is_none_of_it_may_be_advisory(law: Law) -> None:
    advisory = [matter for matter in Matter if strong_enough(Regime.ADVISORY, matter, law)]
    assert advisory == [Matter.NONE]
    assert all(strong_enough(SPECIAL, matter, law) for matter in Matter)


# --- participation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "heads", "enough"),
    [
        (1_589_760_000, 1_381, True),  # two thirds of the area, exactly; 1 380.67 heads
        (1_589_759_999, 1_381, False),
        (1_589_760_000, 1_380, False),
    ],
)
def test_two_thirds_of_area_and_heads_take_part(area: int, heads: int, enough: bool) -> None:
    count = Count(AREA, HEADS, area, heads, area, heads)
    assert enough_take_part(count, CIVIL_CODE) is enough
    assert enough_take_part(count, PROPERTY_LAW), "which does not ask for it"
    assert adopted(count, ORDINARY, CIVIL_CODE) is enough


# --- majorities ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "area", "heads", "passes"),
    [
        (ORDINARY, 401, 41, True),
        (ORDINARY, 400, 41, False),
        (ORDINARY, 401, 40, False),
        (SPECIAL, 600, 60, True),
        (SPECIAL, 599, 60, False),
        (SPECIAL, 600, 59, False),
    ],
)
def test_of_those_taking_part_more_than_half_or_three_quarters(
    regime: Regime, area: int, heads: int, passes: bool
) -> None:
    assert adopted(Count(1000, 100, 800, 80, area, heads), regime, CIVIL_CODE) is passes


@pytest.mark.parametrize(
    ("regime", "area", "heads", "passes"),
    [
        (ORDINARY, 451, 46, True),
        (ORDINARY, 450, 46, False),
        (ORDINARY, 451, 45, False),
        (SPECIAL, 600, 60, True),
        (SPECIAL, 599, 60, False),
        (SPECIAL, 600, 59, False),
    ],
)
def test_before_2021_of_all_more_than_half_or_two_thirds(
    regime: Regime, area: int, heads: int, passes: bool
) -> None:
    assert adopted(Count(900, 90, 700, 70, area, heads), regime, PROPERTY_LAW) is passes


NUMBERS = st.integers(min_value=0, max_value=10**7)
COUNTS = st.lists(NUMBERS, min_size=6, max_size=6).map(
    lambda n: Count(
        area_cm2=sum(n[:3]), heads=sum(n[3:]) + 1,
        area_taking_part_cm2=sum(n[:2]), heads_taking_part=sum(n[3:5]),
        area_in_favour_cm2=n[0], heads_in_favour=n[3],
    )
)  # fmt: skip
LAWS = st.sampled_from([CIVIL_CODE, PROPERTY_LAW])


@given(COUNTS, LAWS)
def test_what_is_enough_for_a_special_matter_is_for_an_ordinary_one(count: Count, law: Law) -> None:
    if count.area_in_favour_cm2 and count.heads_in_favour and adopted(count, SPECIAL, law):
        assert adopted(count, ORDINARY, law)


@given(COUNTS, LAWS, st.sampled_from([ORDINARY, SPECIAL]))
def test_another_vote_in_favour_loses_nothing(count: Count, law: Law, regime: Regime) -> None:
    more = Count(
        count.area_cm2, count.heads, count.area_taking_part_cm2, count.heads_taking_part,
        min(count.area_in_favour_cm2 + 1, count.area_taking_part_cm2),
        min(count.heads_in_favour + 1, count.heads_taking_part),
    )  # fmt: skip
    assert adopted(more, regime, law) or not adopted(count, regime, law)


@given(COUNTS, st.sampled_from([ORDINARY, SPECIAL]), st.integers(2, 9))
def test_the_unit_of_area_changes_no_result(count: Count, regime: Regime, factor: int) -> None:
    scaled = Count(
        count.area_cm2 * factor, count.heads, count.area_taking_part_cm2 * factor,
        count.heads_taking_part, count.area_in_favour_cm2 * factor, count.heads_in_favour,
    )  # fmt: skip
    assert adopted(scaled, regime, CIVIL_CODE) is adopted(count, regime, CIVIL_CODE)
