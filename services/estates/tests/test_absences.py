"""Leave 休假: said by oneself or by who plans, never two at once, and over by itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.absences.commands import PLANNERS, EndLeave, EndLeaveWhenOver
from linli_estates.absences.domain import ABSENCES, fired
from linli_estates.absences.events import StaffOnLeave
from linli_estates.days import ZONE
from linli_language.roles import Role
from linli_shared.decider import Cancel, Rejected, Timer
from linli_shared.messages import SYSTEM
from linli_shared.testing import Spec, said
from pydantic import ValidationError

from services.estates.tests.a_paper import AWAY, BACK, LEAVE, TANG, by, leaving

NOTHING = Spec(ABSENCES)
ON_LEAVE = NOTHING.given(AWAY)
OVER = datetime(2020, 2, 1, tzinfo=ZONE)


def due(no: int = 1) -> EndLeaveWhenOver:
    return said(fired(str(no), OVER), LEAVE, OVER + timedelta(hours=1), SYSTEM, SYSTEM)


def test_who_plans_says_it_of_anybody_and_staff_of_themselves() -> None:
    """Checked by taking `_may` out: others are then sent on leave by their peers."""
    NOTHING.when(leaving()).then(AWAY)
    NOTHING.when(leaving(TANG, Role.VOLUNTEER)).then(AWAY.model_copy(update={"by_id": TANG}))
    NOTHING.when(leaving("luo", Role.VOLUNTEER)).rejected(
        "ROLE_NOT_PERMITTED", roles=sorted(PLANNERS)
    )
    ON_LEAVE.when(by(EndLeave(leave_no=1), "luo", Role.STEWARD)).rejected("ROLE_NOT_PERMITTED")


def test_it_is_of_a_person_of_the_company() -> None:
    NOTHING.when(leaving(known=frozenset())).rejected("PERSON_UNKNOWN")


@pytest.mark.parametrize("ends_on", ["2020-01-19", "2021-01-20"])
def test_it_ends_after_it_starts_and_within_a_year(ends_on: str) -> None:
    with pytest.raises(ValidationError, match="within a year"):
        leaving(ends_on=ends_on)
    leaving(ends_on="2021-01-19")


@pytest.mark.parametrize(("first", "last"), [("31", "31"), ("01", "20"), ("25", "26")])
def test_two_never_overlap_and_both_days_count(first: str, last: str) -> None:
    asked = leaving(starts_on=f"2020-01-{first}", ends_on=f"2020-01-{last}")
    ON_LEAVE.when(asked).rejected("LEAVE_OVERLAP", leave_no=1)


def test_another_has_the_next_number_also_when_the_first_is_over() -> None:
    later: Any = {"starts_on": "2020-02-01", "ends_on": "2020-02-02"}
    second = AWAY.model_copy(
        update={"leave_no": 2, "starts_on": date(2020, 2, 1), "ends_on": date(2020, 2, 2)}
    )
    ON_LEAVE.when(leaving(**later)).then(second)
    ON_LEAVE.given(BACK).when(leaving(**later)).then(second)


def test_it_is_over_after_its_last_day_in_the_estates() -> None:
    NOTHING.when(leaving()).reminds(Timer("1", OVER))
    ended = BACK.model_copy(update={"early": False, "by_id": SYSTEM, "occurred_at": OVER})
    ON_LEAVE.when(due()).then(ended)
    ON_LEAVE.when(due()).reminds(Cancel("1"))
    ON_LEAVE.given(BACK).when(due()).then()
    ON_LEAVE.when(due(2)).then()


def test_it_ends_early_once() -> None:
    ON_LEAVE.when(by(EndLeave(leave_no=1))).then(BACK)
    ON_LEAVE.given(BACK).when(by(EndLeave(leave_no=1))).rejected("NOT_FOUND")
    ON_LEAVE.when(by(EndLeave(leave_no=2))).rejected("NOT_FOUND")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=12))
def test_whatever_is_asked_no_day_is_of_two_leaves(asked: list[tuple[int, int]]) -> None:
    """Checked by taking the comparison out of `_record`."""
    state, days, begin = ABSENCES.initial, list[date](), date(2020, 1, 6)
    for start, more in asked:
        first = begin + timedelta(start)
        command = leaving(starts_on=first, ends_on=first + timedelta(more))
        try:
            (event,) = ABSENCES.decide(command, state)
        except Rejected:
            continue
        assert isinstance(event, StaffOnLeave)
        days += [first + timedelta(n) for n in range(more + 1)]
        state = ABSENCES.evolve(state, event)
    assert len(days) == len(set(days))
