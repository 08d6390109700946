"""Stewards 红色管家: four standards and a badge before any building, one lead a building, and no
more households than the policy says."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.days import begin_of
from linli_estates.stewards.commands import AppointSteward, AssignSteward, EndStewardship
from linli_estates.stewards.domain import STEWARDS
from linli_estates.stewards.policy import Policy
from linli_estates.stewards.terms import Standard
from linli_language.roles import Role
from linli_shared.decider import Hold, Rejected, Release
from pydantic import ValidationError

from services.estates.tests.a_badge import (
    APPOINTED,
    BADGED,
    CERTIFIED,
    DENG,
    ENDED,
    FIRST_PASSED,
    HOUSEHOLDS,
    LEADING,
    LEADS,
    LED,
    NEW,
    NOBODY,
    PASSED,
    READY,
    SINCE,
    appointing,
    assigning,
    badging,
    by,
    ending,
    passing,
)

END = by(EndStewardship())
LAST = date(2020, 3, 31)


def test_somebody_of_the_company_is_appointed_and_once() -> None:
    NOBODY.when(appointing()).then(APPOINTED)
    NOBODY.when(appointing(frozenset())).rejected("PERSON_UNKNOWN")
    NOBODY.when(appointing()).reserves(Hold("steward", DENG))
    assert STEWARDS.taken("steward", "").code == "ALREADY_REGISTERED"
    assert AppointSteward.by == {Role.ESTATE_MANAGER, Role.COMPANY_USER}


@pytest.mark.parametrize(
    "command", [passing(Standard.VISUAL), badging(), assigning(), ending(), END]
)
def test_nobody_else_and_nobody_whose_stewardship_has_ended_is_one(command: Any) -> None:
    NOBODY.when(command).rejected("NOT_FOUND")
    LEADING.given(LED, ENDED).when(command).rejected("INVALID_TRANSITION")


def test_a_standard_is_passed_once_and_somebody_else_says_so() -> None:
    NEW.when(passing(Standard.OPERATION)).then(FIRST_PASSED)
    NEW.given(FIRST_PASSED).when(passing(Standard.OPERATION)).then()
    NEW.when(passing(Standard.OPERATION, DENG)).rejected("VERIFIER_IS_EXECUTOR")


def test_a_badge_is_of_one_steward_and_another_takes_its_place() -> None:
    NEW.when(badging()).then(BADGED)
    NEW.when(badging()).reserves(Release("badge"), Hold("badge", "G-007"))


def test_without_all_standards_and_a_badge_nobody_is_assigned() -> None:
    """Seen red with either check taken out."""
    for passed, missing in enumerate(Standard):
        before = NEW.given(BADGED, *PASSED[:passed])
        before.when(assigning()).rejected("STEWARD_NOT_CERTIFIED", standard=missing)
    CERTIFIED.when(assigning()).rejected("BADGE_REQUIRED")
    READY.when(assigning(lead=True)).then(LEADS)
    READY.when(assigning("9")).rejected("NOT_FOUND")


def test_a_steward_has_a_building_once_at_a_time() -> None:
    LEADING.when(assigning()).rejected("ASSIGNMENT_OVERLAP")
    until = READY.given(LEADS.model_copy(update={"to_on": LAST}))
    until.when(assigning(from_on=LAST)).rejected("ASSIGNMENT_OVERLAP")
    again = {"assignment_no": 2, "from_on": LAST + timedelta(1), "lead": False}
    until.when(assigning(from_on=LAST + timedelta(1))).then(LEADS.model_copy(update=again))
    early = LEADS.model_copy(update={"from_on": LAST})
    before = {"assignment_no": 2, "to_on": LAST - timedelta(1), "lead": False}
    READY.given(early).when(assigning(to_on=LAST - timedelta(1))).then(
        LEADS.model_copy(update=before)
    )


def test_nobody_has_more_households_than_the_policy_says() -> None:
    """Seen red with `>=` in place of `>`: 400 are allowed."""
    fourth = LEADS.model_copy(update={"assignment_no": 2, "building_id": "4"})
    there = LEADING.given(fourth)
    there.when(assigning("5")).rejected("STEWARD_OVERLOADED", limit=400, households=401)
    fits = assigning("5").learned(households=HOUSEHOLDS | {"5": 160})
    there.when(fits).then(
        LEADS.model_copy(
            update={"assignment_no": 3, "building_id": "5", "households": 160, "lead": False}
        )
    )
    own = assigning().learned(policy=Policy(version="xx-2", households_max=119))
    READY.when(own).rejected("STEWARD_OVERLOADED", limit=119)


def test_a_lead_is_reserved_for_its_days_against_all_other_stewards() -> None:
    """The last day included."""
    READY.when(assigning(lead=True)).reserves(Hold("lead_steward", "3", begin_of(SINCE)))
    until = begin_of(LAST + timedelta(1))
    READY.when(assigning(lead=True, to_on=LAST)).reserves(
        Hold("lead_steward", "3", begin_of(SINCE), until)
    )
    READY.when(assigning()).reserves()
    assert STEWARDS.taken("lead_steward", "").code == "BUILDING_HAS_LEAD_STEWARD"


def test_ending_one_assignment_keeps_another_of_the_same_building() -> None:
    """Seen red without holding anew what is kept."""
    LEADING.when(ending()).then(LED)
    LEADING.when(ending()).reserves(Release("lead_steward", "3"))
    LEADING.when(ending(2)).rejected("NOT_FOUND")
    later = LEADS.model_copy(update={"assignment_no": 2, "from_on": date(2021, 1, 1)})
    first = LEADS.model_copy(update={"to_on": LAST})
    READY.given(first, later).when(ending()).reserves(
        Release("lead_steward", "3"), Hold("lead_steward", "3", begin_of(date(2021, 1, 1)))
    )
    helping = READY.given(LEADS.model_copy(update={"lead": False}))
    helping.when(ending()).reserves()


def test_a_stewardship_ends_with_all_assignments() -> None:
    LEADING.when(END).then(LED, ENDED)
    LEADING.when(END).reserves(Release("lead_steward", "3"), Release("steward"), Release("badge"))


def test_an_assignment_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="ends_first"):
        AssignSteward(building_id="3", from_on=LAST, to_on=SINCE)


_DAY = st.integers(0, 30).map(lambda n: SINCE + timedelta(n))


@given(
    st.lists(st.tuples(st.sampled_from(sorted(HOUSEHOLDS)), _DAY, st.none() | _DAY), max_size=12)
)
def test_on_no_day_has_a_steward_too_many_households(asked: list[Any]) -> None:
    """Whatever is asked for; nor one building twice. Seen red with a sum of the new one alone."""
    steward = STEWARDS.fold([APPOINTED, *PASSED, BADGED])
    for building, from_on, to_on in asked:
        if to_on is not None and to_on < from_on:
            continue
        try:
            command = assigning(building, from_on=from_on, to_on=to_on)
            steward = STEWARDS.fold(STEWARDS.decide(command, steward), steward)
        except Rejected as refused:
            if refused.code not in {"ASSIGNMENT_OVERLAP", "STEWARD_OVERLOADED"}:
                raise
    assert steward is not None
    for day in (SINCE + timedelta(n) for n in range(40)):
        had = [a.building_id for a in steward.assignments.values() if a.meets(day, day)]
        assert len(set(had)) == len(had)
        assert sum(HOUSEHOLDS[one] for one in had) <= 400
