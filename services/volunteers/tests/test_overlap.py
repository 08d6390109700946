"""One person, one place at a time, and time for the way from one post to another."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_shared.decider import Hold, Release
from linli_volunteers.engagements import (
    SCOPE,
    Engagement,
    hold,
    overlap,
    release,
    without_rest,
)

from services.volunteers.tests.a_shift import END, START, clock, elsewhere

GATE = Engagement("shift", "gate", "school-gate", START, END, 15)
REST = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "gap_min"),
    [
        (clock(16, 30), clock(18, 30), -50),
        (clock(17, 30), clock(18, 30), 10),
        (clock(17, 34), clock(18, 30), 14),
        (clock(15, 0), clock(16, 10), 10),
        (clock(16, 30), clock(16, 40), -10),
        (clock(16, 0), clock(18, 0), -60),
        (END, clock(18, 0), 0),
    ],
)
def test_at_another_post_the_way_there_counts(
    starts_at: datetime, ends_at: datetime, gap_min: int
) -> None:
    refused = overlap(elsewhere(starts_at, ends_at), [GATE])
    assert refused
    assert refused.code == "SHIFT_OVERLAP"
    assert refused.params == {"other_shift_id": "gate", "other_kind": "shift", "gap_min": gap_min}


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [(clock(17, 35), clock(18, 30)), (clock(15, 0), clock(16, 5))],
)
def test_with_time_for_the_way_it_is_no_overlap(starts_at: datetime, ends_at: datetime) -> None:
    assert overlap(elsewhere(starts_at, ends_at), [GATE]) is None


def test_at_the_same_post_one_follows_the_other_without_a_break() -> None:
    assert overlap(elsewhere(END, clock(18, 0), "school-gate"), [GATE]) is None
    refused = overlap(elsewhere(clock(17, 19), clock(18, 0), "school-gate"), [GATE])
    assert refused
    assert refused.params["gap_min"] == -1


def test_the_way_is_that_from_the_earlier_post() -> None:
    far = elsewhere(clock(17, 30), clock(18, 0), way_min=0)
    assert overlap(far, [GATE])
    near = Engagement("shift", "gate", "school-gate", START, END, 5)
    assert overlap(elsewhere(clock(17, 30), clock(18, 0), way_min=60), [near]) is None


def test_a_gap_counts_in_whole_minutes_downwards() -> None:
    late = elsewhere(clock(17, 30) + timedelta(seconds=59), clock(18, 0))
    refused = overlap(late, [GATE])
    assert refused
    assert refused.params["gap_min"] == 10


def test_of_several_the_one_it_clashes_with_most_is_named() -> None:
    first = Engagement("visit", "v", "elder:luo", clock(15, 30), clock(16, 15), 15)
    refused = overlap(elsewhere(clock(16, 20), clock(18, 0)), [first, GATE])
    assert refused
    assert refused.params == {"other_shift_id": "gate", "other_kind": "shift", "gap_min": -60}


def test_what_is_reserved_is_the_window_once_for_the_person_and_once_for_the_post() -> None:
    assert hold("tang", GATE) == [
        Hold("person", "tang", START, END, scope=SCOPE),
        Hold("at", "tang|school-gate|15", START, END, scope=SCOPE),
    ]
    assert release("tang", GATE) == [
        Release("person", "tang"),
        Release("at", "tang|school-gate|15"),
    ]


def test_breaks_shorter_than_a_rest_are_none() -> None:
    before, after = elsewhere(clock(13), clock(16)), elsewhere(clock(17, 49), clock(20))
    assert without_rest(GATE, [after, before], REST) == timedelta(hours=7)
    chain = [elsewhere(clock(10), clock(12)), elsewhere(clock(12, 10), clock(16))]
    assert without_rest(GATE, chain, REST) == timedelta(hours=7, minutes=20)
    chain = [elsewhere(clock(18, 10), clock(20)), elsewhere(clock(17, 40), clock(18))]
    assert without_rest(GATE, chain, REST) == timedelta(hours=3, minutes=40)
    long_before, rested = elsewhere(clock(13), clock(15, 50)), elsewhere(clock(17, 50), clock(20))
    assert without_rest(GATE, [rested, long_before], REST) == timedelta(hours=1)


MINUTES = st.integers(min_value=0, max_value=240)
ENGAGEMENTS = st.builds(
    lambda start, length, post, way: elsewhere(
        clock(8) + timedelta(minutes=start),
        clock(8) + timedelta(minutes=start + length),
        post,
        way,
    ),
    MINUTES,
    st.integers(min_value=1, max_value=120),
    st.sampled_from(["gate", "class"]),
    st.sampled_from([0, 5, 15, 60]),
)


def with_way(one: Engagement) -> tuple[datetime, datetime]:
    return one.starts_at, one.ends_at + timedelta(minutes=one.way_min)


def meet(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@given(ENGAGEMENTS, ENGAGEMENTS)
def test_the_rule_is_what_the_constraints_of_the_database_keep(
    one: Engagement, other: Engagement
) -> None:
    windows = meet((one.starts_at, one.ends_at), (other.starts_at, other.ends_at))
    ways = one.post != other.post and meet(with_way(one), with_way(other))
    assert one.clashes(other) is other.clashes(one) is (windows or ways)
