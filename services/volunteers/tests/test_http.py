"""The service as a process of its own, over HTTP on a real database: every route, and its clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore
from linli_volunteers.visits.policy import Policy

from services.volunteers.tests.conftest import Urls
from shared.tests.served import Person, person, served

Who = Callable[..., Any]


@pytest.fixture
async def address(urls: Urls, issuer: Issuer, key_store: KeyStore) -> AsyncIterator[str]:
    parts = ("api", "timers")
    async with served(
        "linli_volunteers", *parts, urls=urls, issuer=issuer, key_store=key_store
    ) as address:
        yield address


@pytest.fixture
def who(address: str, issuer: Issuer) -> Who:
    return partial(person, address, issuer)


def window(**ahead: float) -> dict[str, str]:
    """An hour that begins so far from now."""
    begins = datetime.now(UTC) + timedelta(**ahead)
    ends = begins + timedelta(hours=1)
    return {"starts_at": begins.isoformat(), "ends_at": ends.isoformat()}


async def published(
    peng: Person, when: dict[str, str], post: str = "gate", max_n: int = 1, kind: str = "patrol"
) -> str:
    shift = {"estate_id": "xx", "type": kind, "post": post, "min_n": 1, "max_n": max_n}
    path = f"/shifts/{(await peng.does('/shifts', **shift, **when))['id']}"
    await peng.does(f"{path}/publish")
    return path


async def test_a_shift_from_its_plan_to_checking_out(who: Who) -> None:
    async with who("peng", "volunteer_coordinator") as peng, who("tang", "volunteer") as tang:
        gate = await published(peng, window(minutes=20))
        confirmed = await tang.does(f"{gate}/sign-up")
        assert (confirmed["signup"], confirmed["position"]) == ("confirmed", None)
        waits = await peng.does(f"{gate}/assign-volunteer", person_id="xie")
        assert (waits["signup"], waits["position"]) == ("waitlisted", 1)
        assert await tang.refused(f"{gate}/cancel-signup", "CANCEL_TOO_LATE")
        await peng.does(f"{gate}/cancel-signup", person_id="xie")
        await tang.refused(f"{gate}/check-in", "WRONG_POST", post="lake")
        await tang.does(f"{gate}/check-in", post="gate")
        await tang.does(f"{gate}/check-out", post="gate")
        lake = await published(peng, window(hours=5), "lake")
        await peng.does(f"{lake}/cancel", reason="台风停课")
        await tang.refused(f"{lake}/sign-up", "SHIFT_NOT_PUBLISHED")


async def test_an_overlap_is_told_with_the_other_shift_and_the_gap(who: Who) -> None:
    async with who("peng", "volunteer_coordinator") as peng, who("tang", "volunteer") as tang:
        gate = await published(peng, window(hours=24))
        lake = await published(peng, window(hours=24, minutes=30), "lake")
        await tang.does(f"{gate}/sign-up")
        told = {"other_shift_id": gate[-36:], "other_kind": "shift", "gap_min": -30}
        assert await tang.refused(f"{lake}/sign-up", "SHIFT_OVERLAP") == told
        assigned = {"person_id": "tang"}
        again = await peng.refused(f"{lake}/assign-volunteer", "SHIFT_OVERLAP", **assigned)
        assert again == told


async def test_without_a_check_nobody_is_with_children(who: Who) -> None:
    async with who("peng", "volunteer_coordinator") as peng, who("tang", "volunteer") as tang:
        aide = await published(peng, window(hours=24), "class-2", kind="class_aide")
        missing = {"type": "minor_contact_check"}
        assert await tang.refused(f"{aide}/sign-up", "CREDENTIAL_MISSING") == missing
        today = datetime.now(UTC).date()
        check = {
            "estate_id": "xx", "person_id": "tang", "type": "minor_contact_check",
            "checked_on": (today - timedelta(days=9)).isoformat(),
            "expires_on": (today + timedelta(days=90)).isoformat(),
        }  # fmt: skip
        await peng.does("/credentials", **check, finding="clear")
        assert (await tang.does(f"{aide}/sign-up"))["signup"] == "confirmed"
        await peng.does("/credentials", **check, finding="hit")
        again = {"person_id": "tang"}
        later = await published(peng, window(hours=48), "class-2", kind="class_aide")
        assert await peng.refused(f"{later}/assign-volunteer", "CREDENTIAL_MISSING", **again)


async def test_a_visit_from_its_plan_to_its_end(who: Who) -> None:
    async with who("peng", "volunteer_coordinator") as peng, who("tang", "volunteer") as tang:
        await cared_for(peng)
        made, declined = [await scheduled(peng, window(hours=n)) for n in (0, 24)]
        await peng.does(f"{made}/assign-visitor", visitor_id="tang")
        await tang.does(f"{made}/arrive", proof="qr")
        checklist = [{"item": item, "well": True} for item in Policy().checklist]
        met = {"contact_made": True, "checklist": checklist, "wellbeing": 4, "needs": ["meal"]}
        unmet = met | {"contact_made": False}
        await tang.refused(f"{made}/complete", "CONTACT_REQUIRED_USE_NO_ANSWER", **unmet)
        await tang.does(f"{made}/complete", **met)
        await peng.does(f"{declined}/decline")


async def test_a_shift_is_started_by_the_clock(who: Who) -> None:
    """Nobody asked for it."""
    async with who("peng", "volunteer_coordinator") as peng:
        gate = await published(peng, window(seconds=5))
        async with asyncio.timeout(20):
            while True:
                again = await peng.refused(f"{gate}/publish", "INVALID_TRANSITION")
                if again["from"] == "in_progress":
                    return
                await asyncio.sleep(0.2)


async def test_nobody_answers(who: Who) -> None:
    async with who("peng", "volunteer_coordinator") as peng, who("tang", "volunteer") as tang:
        await cared_for(peng)
        visit = await scheduled(peng, window(minutes=-10))
        await peng.does(f"{visit}/assign-visitor", visitor_id="tang")
        await tang.does(f"{visit}/arrive", proof="gps_coarse")
        await tang.does(f"{visit}/report-no-answer")


async def cared_for(peng: Person) -> None:
    """Tang may visit elders."""
    today = datetime.now(UTC).date()
    check = {
        "estate_id": "xx", "person_id": "tang", "type": "elder_care", "finding": "clear",
        "checked_on": (today - timedelta(days=9)).isoformat(),
        "expires_on": (today + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    await peng.does("/credentials", **check)


async def scheduled(peng: Person, when: dict[str, str]) -> str:
    visit = {"estate_id": "xx", "elder_id": "luo", "tier": "high", "recurrence_id": uuid4().hex}
    return f"/visits/{(await peng.does('/visits', **visit, **when))['id']}"
