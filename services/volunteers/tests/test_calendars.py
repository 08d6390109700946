"""People's time on real PostgreSQL: one person, one place, whatever comes at once."""

import asyncio
from typing import Any, TypeAlias

import asyncpg
import pytest
from linli_language.roles import Role
from linli_shared.decider import Rejected
from linli_volunteers import calendars
from linli_volunteers.shifts.api import SignedUp, with_calendars
from linli_volunteers.shifts.commands import CancelShift, SignUpForShift
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.visits.commands import DeclineVisit
from linli_volunteers.visits.domain import VISITS

from services.volunteers.tests.a_crowd import (
    COORDINATOR,
    ELSEWHERE,
    VOLUNTEER,
    People,
    overlap,
    refused,
    settled,
)

Urls: TypeAlias = dict[str, str]


async def reserved(urls: Urls) -> list[str]:
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    try:
        async with owner.transaction():
            await owner.execute("select set_config('linli.scopes', '{company:all}', true)")
            rows = await owner.fetch("select key from es.reservation where scope = 'company:all'")
    finally:
        await owner.close()
    return sorted(row["key"] for row in rows)


# --- the scenario of the specification ---------------------------------------------------------


async def test_tang_at_the_school_gate(people: People) -> None:
    gate = await people.shift("16:20", "17:20", "school-gate")
    aide = await people.shift("16:30", "18:30", "class-2")
    early = await people.shift("17:30", "18:30", "lake")
    far = await people.shift("17:35", "18:30", "lake")
    next_here = await people.shift("17:20", "17:34", "school-gate")
    await people.sign_up(gate, "tang")
    assert await refused(people.sign_up(aide, "tang")) == overlap(gate, -50)
    assert await refused(people.assign(aide, "tang")) == overlap(gate, -50)
    assert await refused(people.sign_up(early, "tang")) == overlap(gate, 10)
    await people.sign_up(far, "tang")
    assert await refused(people.sign_up(next_here, "tang")) == overlap(far, 1)
    await people.sign_up(next_here, "xie")
    await people.sign_up(gate, "xie")


async def test_the_fourth_on_three_places_waits_and_moves_up_once(people: People) -> None:
    gate = await people.shift("16:20", "17:20", "school-gate")
    for person in ("xie", "yi", "luo"):
        await people.sign_up(gate, person)
    waits = SignedUp.of(await people.sign_up(gate, "tang"))
    assert (waits.signup, waits.position) == ("waitlisted", 1)
    cancelled = await people.cancel(gate, "xie")
    assert [type(event).__name__ for event in cancelled.events] == [
        "SignupCancelled",
        "WaitlistPromoted",
    ]
    again = SignedUp.of(await people.sign_up(gate, "xie"))
    assert (again.signup, again.position) == ("waitlisted", 1)


# --- everywhere ---------------------------------------------------------------------------------


async def test_across_estates_it_holds_and_a_refusal_tells_nothing_of_the_other_estate(
    people: People,
) -> None:
    """Checked by taking the comparison of estates out of `engaged`: the other's id is told."""
    here = await people.shift("9:00", "10:00", "gate")
    there = await people.shift("10:05", "11:00", "gate-2", "yy")
    later = await people.shift("10:50", "11:30", "gate")
    await people.sign_up(here, "tang")
    assert await refused(people.sign_up(there, "tang", "yy")) == ELSEWHERE
    await people.sign_up(there, "deng", "yy")
    assert await refused(people.assign(here, "deng")) == ELSEWHERE
    assert await refused(people.assign(later, "deng")) == ELSEWHERE


async def test_of_clashes_here_and_elsewhere_the_one_here_is_told(people: People) -> None:
    here = await people.shift("9:00", "10:00", "gate")
    there = await people.shift("10:20", "11:00", "gate-2", "yy")
    both = await people.shift("10:10", "11:00", "lake")
    await people.sign_up(here, "tang")
    await people.sign_up(there, "tang", "yy")
    assert await refused(people.sign_up(both, "tang")) == overlap(here, 10)


async def test_it_holds_against_visits_and_for_them(people: People) -> None:
    gate, visit = await people.shift("9:00", "10:00", "gate"), await people.visit("10:10", "10:40")
    await people.sign_up(gate, "tang")
    assert await refused(people.send(visit, "tang")) == overlap(gate, 10)
    await people.send(visit, "deng")
    assert await refused(people.sign_up(gate, "deng")) == overlap(visit, 10, "visit")
    await people.send(visit, "xie")  # who takes over from deng, who is free again
    await people.sign_up(gate, "deng")


async def test_an_elder_has_one_visit_of_a_recurrence_for_ever(people: People) -> None:
    first = await people.visit("10:00", "10:30")
    with pytest.raises(Rejected) as again:
        await people.visit("11:00", "11:30")
    assert again.value.params["existing_visit_id"] == str(first)
    luo = people.asks("luo", frozenset({Role.RESIDENT.value}))
    await people.store.act(VISITS, first, DeclineVisit(), luo)
    with pytest.raises(Rejected, match="VISIT_ALREADY_SCHEDULED"):
        await people.visit("11:00", "11:30")
    await people.visit("11:00", "11:30", "r2")


async def test_a_long_day_needs_a_rest(people: People) -> None:
    morning = await people.shift("8:00", "12:00", "gate")
    noon = await people.shift("12:29", "14:30", "lake")
    later = await people.shift("12:30", "14:30", "lake")
    await people.sign_up(morning, "tang")
    assert (await refused(people.sign_up(noon, "tang")))["code"] == "MAX_CONSECUTIVE_EXCEEDED"
    await people.sign_up(later, "tang")


async def test_who_waits_keeps_no_time_and_is_passed_over_when_busy_since(
    people: People, urls: Urls
) -> None:
    gate = await people.shift("9:00", "10:00", "gate", max_n=1)
    other = await people.shift("9:30", "11:00", "lake")
    for person in ("xie", "tang", "yi"):
        await people.sign_up(gate, person)
    await people.sign_up(other, "tang")
    cancelled = await people.cancel(gate, "xie")
    assert [event.person_id for event in cancelled.events] == ["xie", "yi"]  # type: ignore[attr-defined]
    assert await reserved(urls) == ["tang", "tang|lake|15", "yi", "yi|gate|15"]


async def test_what_is_called_off_gives_everybodys_time_back(people: People, urls: Urls) -> None:
    gate, visit = await people.shift("9:00", "10:00", "gate"), await people.visit("12:00", "13:00")
    for person in ("xie", "tang"):
        await people.sign_up(gate, person)
    await people.send(visit, "tang")
    assert len(await reserved(urls)) == 6
    peng = people.asks("peng", COORDINATOR)
    await people.store.act(SHIFTS, gate, CancelShift(reason="台风停课"), peng)
    peng = people.asks("peng", COORDINATOR)
    await people.store.act(VISITS, visit, DeclineVisit(), peng)
    assert await reserved(urls) == []


# --- at once --------------------------------------------------------------------------------------


async def test_of_fifty_overlapping_shifts_at_once_one_wins_and_the_others_of_its_estate_are_told(
    people: People,
) -> None:
    """In several estates, so under several locks; at one post, so it is the windows that clash."""
    jobs = [people.shift("9:00", "10:00", "gate", f"e{n % 7}") for n in range(50)]
    shifts = await asyncio.gather(*jobs)
    signing = (people.sign_up(shift, "tang", f"e{n % 7}") for n, shift in enumerate(shifts))
    won, lost = await settled(*signing)
    assert len(won) == 1
    told = [{"code": r.code, **r.params} for r in lost]
    here = len(shifts[shifts.index(won[0].key) % 7 :: 7]) - 1
    assert told.count(overlap(won[0].key, -60)) == here
    assert told.count(ELSEWHERE) == 49 - here


async def test_of_many_shifts_too_close_to_one_another_one_wins(people: People) -> None:
    """Each at a post of its own, one minute apart: their windows do not meet, the ways do."""
    jobs = [people.shift(f"9:{n:02}", f"9:{n + 1:02}", f"post-{n}", f"e{n % 7}") for n in range(14)]
    shifts = await asyncio.gather(*jobs)
    signing = (people.sign_up(shift, "tang", f"e{n % 7}") for n, shift in enumerate(shifts))
    won, lost = await settled(*signing)
    assert len(won) == 1
    assert {r.code for r in lost} == {"SHIFT_OVERLAP"}
    (told,) = [r.params for r in lost if r.params["other_kind"] != "elsewhere"]
    assert told == {"other_shift_id": str(won[0].key), "other_kind": "shift", "gap_min": 6}


async def test_of_many_shifts_one_after_the_other_at_one_post_all_are_won(people: People) -> None:
    jobs = [people.shift(f"9:{n:02}", f"9:{n + 1:02}", "gate", f"e{n % 7}") for n in range(14)]
    shifts = await asyncio.gather(*jobs)
    signing = (people.sign_up(shift, "tang", f"e{n % 7}") for n, shift in enumerate(shifts))
    won, lost = await settled(*signing)
    assert (len(won), lost) == (14, [])


async def test_a_promotion_and_a_sign_up_elsewhere_at_once_give_one_place(
    people: People, urls: Urls
) -> None:
    for n in range(8):
        hour = 8 + n
        gate = await people.shift(f"{hour}:00", f"{hour}:40", "gate", max_n=1)
        lake = await people.shift(f"{hour}:00", f"{hour}:40", "lake")
        await people.sign_up(gate, f"xie-{n}")
        await people.sign_up(gate, f"tang-{n}")
        won, lost = await settled(
            people.cancel(gate, f"xie-{n}"), people.sign_up(lake, f"tang-{n}")
        )
        assert len(won) + len(lost) == 2
        assert (await reserved(urls)).count(f"tang-{n}") == 1


async def test_the_database_itself_keeps_the_way_and_a_race_without_end_is_contention(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With calendars that show nothing, only the constraints are left."""
    near = await people.shift("9:00", "10:00", "gate")
    far = await people.shift("10:10", "11:00", "lake")
    same = await people.shift("9:30", "10:30", "gate")
    await people.sign_up(near, "tang")

    async def nothing(reader: object, who: Any, around: object) -> dict[str, Any]:
        return dict.fromkeys(who, ())

    monkeypatch.setattr("linli_volunteers.shifts.api.engaged", nothing)
    asked = people.asks("tang", VOLUNTEER)
    with pytest.raises(asyncpg.ExclusionViolationError, match="way_between_posts"):
        await people.store.act(SHIFTS, far, SignUpForShift(), asked, with_calendars)
    for shift in (far, same):
        assert await refused(people.sign_up(shift, "tang")) == {"code": "CONTENTION"}
    assert calendars._ATTEMPTS > 1


async def test_any_other_refusal_is_told_at_once(people: People) -> None:
    gate = await people.shift("9:00", "10:00", "gate")
    await people.sign_up(gate, "tang")
    assert await refused(people.sign_up(gate, "tang")) == {"code": "ALREADY_SIGNED_UP"}
