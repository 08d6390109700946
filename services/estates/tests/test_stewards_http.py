"""Stewards over HTTP on a real database: of two leads of a building at once one is it."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from services.estates.tests.a_company import ESTATE
from services.estates.tests.a_home import BUILDING, HOME, WHO
from services.estates.tests.conftest import Who, founded, of
from shared.tests.served import Person

IN: dict[str, Any] = {"building_id": "3", "from_on": "2020-01-06", "lead": True}
STANDARDS = ("operation", "visual", "quality", "culture")


async def a_steward(zhao: Person, person: str) -> str:
    await zhao.does("/people", tenant="company:c1", person_id=person, **WHO)
    appointed = await zhao.does(
        "/stewards", estate_id="xx", person_id=person, shown_name=f"{person}管家"
    )
    return f"/stewards/{appointed['id']}"


async def ready(zhao: Person, person: str) -> str:
    path = await a_steward(zhao, person)
    for standard in STANDARDS:
        await zhao.does(f"{path}/pass-standard", standard=standard)
    await zhao.does(f"{path}/issue-badge", badge_no=f"G-{person}")
    return path


async def test_one_lead_a_building_whoever_comes_at_the_same_moment(who: Who) -> None:
    async with AsyncExitStack() as stack:
        zhao = await stack.enter_async_context(who("zhao", of("company:c1", xx="estate_manager")))
        company = await founded(zhao, "company:c1")
        await zhao.does(f"{company}/register-estate", **ESTATE)
        await zhao.does("/buildings", **BUILDING)
        await zhao.does("/units", **HOME)
        await zhao.refused(
            "/stewards", "PERSON_UNKNOWN", estate_id="xx", person_id="nobody", shown_name="x"
        )
        deng, he = [await ready(zhao, person) for person in ("deng", "he")]
        said = await asyncio.gather(*(zhao.asks(f"{one}/assign", **IN) for one in (deng, he)))
        assert sorted(one.status_code for one in said) == [200, 409]
        (late,) = (one.json() for one in said if one.is_error)
        assert (late["code"], late["params"]) == ("BUILDING_HAS_LEAD_STEWARD", {})
        lead, other = (deng, he) if said[0].is_success else (he, deng)
        await zhao.refused(f"{other}/assign", "NOT_FOUND", **IN | {"building_id": "9"})
        await zhao.does(f"{lead}/end-assignment", assignment_no=1)
        await zhao.does(f"{other}/assign", **IN)
        await zhao.does(f"{other}/end")
        await zhao.does(f"{lead}/assign", **IN)
        await zhao.refused(f"{other}/assign", "INVALID_TRANSITION", **IN)
        again = {"estate_id": "xx", "shown_name": "x"}
        serves, left = ("deng", "he") if lead == deng else ("he", "deng")
        await zhao.refused("/stewards", "ALREADY_REGISTERED", person_id=serves, **again)
        await zhao.does("/stewards", person_id=left, **again)
