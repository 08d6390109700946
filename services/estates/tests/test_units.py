"""Units 房屋: their numbers are their own, the shares of their owners are whole, and everybody of
an estate lives in one household."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_estates.units.commands import (
    CorrectArea,
    MoveIn,
    MoveOut,
    Share,
    TransferOwnership,
    UnitCommand,
)
from linli_estates.units.domain import MOVES, UNITS
from linli_estates.units.terms import WHOLE_BP, Tenure
from linli_shared.decider import Hold, Rejected, Release
from linli_shared.testing import Spec
from pydantic import ValidationError

from services.estates.tests.a_home import (
    A_UNIT,
    BUILT,
    CORRECTED,
    LI,
    MOVED_IN,
    MOVED_OUT,
    NO_BUILDING,
    OWNED,
    REGISTERED,
    TODAY,
    UNIT,
    WU,
    building,
    by,
    unit,
)

BOTH = frozenset({LI, WU})


def transfer(*shares: int, people: Any = (LI, WU), known: Any = BOTH, **change: Any) -> Any:
    titles = [{"person_id": p, "share_bp": s} for p, s in zip(people, shares, strict=False)]
    body = {"titles": titles, "effective_on": "2020-01-06"} | change
    return by(TransferOwnership.model_validate(body).learned(known=known))


def moving(person: str = LI, known: Any = BOTH, **change: Any) -> MoveIn:
    return by(MoveIn(person_id=person, tenure=Tenure.OWNER, **change).learned(known=known))


# --- registered -------------------------------------------------------------------------------


def test_a_building_is_registered_once() -> None:
    NO_BUILDING.when(building()).then(BUILT)
    NO_BUILDING.given(BUILT).when(building()).rejected("ALREADY_REGISTERED", what="building")


def test_a_unit_is_in_a_building_that_is_there() -> None:
    Spec(UNITS).when(unit()).then(REGISTERED)
    Spec(UNITS).when(unit(building=False)).rejected("NOT_FOUND")
    A_UNIT.when(unit()).rejected("INVALID_TRANSITION")


def test_its_id_and_its_number_are_its_own() -> None:
    """Two at the same moment: the store lets one of them (test_directory_http.py)."""
    Spec(UNITS).when(unit()).reserves(Hold("unit_id", "3-2-1102"), Hold("unit_no", "3|2-1102"))
    for kind in ("unit_id", "unit_no"):
        refused = UNITS.taken(kind, str(UNIT))
        assert (refused.code, refused.params) == ("ALREADY_REGISTERED", {"what": kind})


@pytest.mark.parametrize("change", [{"area_cm2": 0}, {"area_cm2": 89.5}, {"unit_no": "3|1"}])
def test_an_area_is_a_whole_number_and_a_number_is_what_a_door_shows(change: Any) -> None:
    with pytest.raises(ValidationError):
        unit(**change)


def test_an_area_is_corrected_and_not_to_what_it_is() -> None:
    A_UNIT.when(by(CorrectArea(area_cm2=896_000))).then(CORRECTED)
    A_UNIT.given(CORRECTED).when(by(CorrectArea(area_cm2=896_000))).then()


@pytest.mark.parametrize(
    "command", [by(CorrectArea(area_cm2=1)), transfer(10_000), moving(), by(MoveOut(person_id=LI))]
)
def test_what_is_not_there_has_no_owner(command: UnitCommand) -> None:
    assert type(command) in MOVES
    Spec(UNITS).when(command).rejected("NOT_FOUND")


# --- owned ------------------------------------------------------------------------------------


def test_owners_are_recorded_with_those_before_them() -> None:
    A_UNIT.when(transfer(5_000, 5_000)).then(OWNED)
    later = transfer(10_000, people=[WU])
    sold = OWNED.model_copy(
        update={"titles": OWNED.titles[1:], "previous": OWNED.titles},
    )
    sold = sold.model_copy(
        update={"titles": (sold.titles[0].model_copy(update={"share_bp": 10_000}),)}
    )
    A_UNIT.given(OWNED).when(later).then(sold)


def test_the_same_owners_again_are_no_transfer() -> None:
    A_UNIT.given(OWNED).when(transfer(5_000, 5_000)).then()


@given(st.lists(st.integers(1, WHOLE_BP), min_size=1, max_size=8))
def test_shares_are_whole_or_nobody_owns(shares: list[int]) -> None:
    """Checked by letting any sum pass."""
    people = [f"p{n}" for n in range(len(shares))]
    asked = transfer(*shares, people=people, known=frozenset(people))
    if sum(shares) == WHOLE_BP:
        (event,) = A_UNIT.when(asked)._decider.decide(asked, UNITS.fold([REGISTERED]))
        assert [title.share_bp for title in event.titles] == shares  # type: ignore[union-attr]
    else:
        A_UNIT.when(asked).rejected("OWNERSHIP_SHARE_INVALID", sum_bp=sum(shares))


def test_nobody_owns_twice() -> None:
    with pytest.raises(ValidationError, match="once"):
        transfer(5_000, 5_000, people=[LI, LI])


def test_owners_are_people_of_the_company() -> None:
    A_UNIT.when(transfer(5_000, 5_000, known={LI})).rejected("PERSON_UNKNOWN")


def test_a_transfer_of_tomorrow_is_none() -> None:
    tomorrow = (TODAY + timedelta(1)).isoformat()
    A_UNIT.when(transfer(10_000, effective_on=tomorrow)).rejected("OCCURRED_IN_FUTURE")
    assert TransferOwnership(
        titles=(Share(person_id=LI, share_bp=WHOLE_BP),), effective_on=date(2020, 1, 6)
    ).people == (LI,)


# --- lived in ---------------------------------------------------------------------------------


def test_somebody_moves_in_and_out() -> None:
    A_UNIT.when(moving()).then(MOVED_IN)
    there = A_UNIT.given(MOVED_IN)
    there.when(moving()).then()
    there.when(by(MoveOut(person_id=LI))).then(MOVED_OUT)
    there.given(MOVED_OUT).when(by(MoveOut(person_id=LI))).rejected("NOT_FOUND")
    there.when(by(MoveOut(person_id=WU))).rejected("NOT_FOUND")
    A_UNIT.when(moving(known=frozenset())).rejected("PERSON_UNKNOWN")


def test_into_another_household_of_the_unit_one_leaves_the_first() -> None:
    second = MOVED_IN.model_copy(update={"household_no": 2})
    asked = moving(household_no=2)
    there = A_UNIT.given(MOVED_IN)
    there.when(asked).then(MOVED_OUT, second)
    there.when(asked).reserves(Release("resident", LI), Hold("resident", LI))


def test_nobody_lives_in_two_units_of_an_estate() -> None:
    A_UNIT.when(moving()).reserves(Hold("resident", LI))
    A_UNIT.given(MOVED_IN).when(by(MoveOut(person_id=LI))).reserves(Release("resident", LI))
    A_UNIT.when(by(CorrectArea(area_cm2=896_000))).reserves()
    refused = UNITS.taken("resident", str(UNIT))
    assert (refused.code, refused.params) == ("RESIDES_ELSEWHERE", {"unit_key": str(UNIT)})


@given(
    st.lists(
        st.tuples(st.sampled_from([LI, WU]), st.sampled_from([0, 1, 2])), min_size=1, max_size=12
    )
)
def test_whatever_happens_everybody_is_in_one_household(steps: list[tuple[str, int]]) -> None:
    """And it is the one that was asked for last."""
    state, wanted = UNITS.fold([REGISTERED]), dict[str, int]()
    for person, no in steps:
        asked: Any = moving(person, household_no=no) if no else by(MoveOut(person_id=person))
        if not no and person not in wanted:
            with pytest.raises(Rejected, match="NOT_FOUND"):
                UNITS.decide(asked, state)
            continue
        state = UNITS.fold(UNITS.decide(asked, state), state)
        wanted = {**wanted, person: no} if no else {p: n for p, n in wanted.items() if p != person}
    assert state is not None
    assert state.residents == wanted
