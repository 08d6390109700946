"""Scenario A8, a conflicting shift: nobody is in two places, a waiting list moves up once, and who
cancels late is told to find somebody instead."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg

from tests.conftest import Client, Simulated

TYPES = {"school-gate": "school_guard", "class-2": "class_aide", "lake": "patrol"}


def today(simulated: Simulated, clock: str) -> datetime:
    """A time of the test's Monday."""
    assert simulated.time.now is not None
    hour, minute = map(int, clock.split(":"))
    return simulated.time.now.replace(hour=hour, minute=minute)


async def told(client: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.command(path, body)
    assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: Client, path: str, **body: Any) -> tuple[int, str, Any]:
    answer = await client.command(path, body)
    problem = answer.json()
    assert "code" in problem, f"{path}: {answer.text}"
    return answer.status_code, problem["code"], problem["params"]


async def facts(simulated: Simulated, estate: str, name: str) -> list[str]:
    db = await asyncpg.connect(simulated.databases["volunteers"]["LINLI_RELAY_URL"])
    sql = """select data ->> 'person_id' from es.event
              where estate = $1 and type = 'linli.volunteers.' || $2 || '.v1' order by position"""
    rows = await db.fetch(sql, estate, name)
    await db.close()
    return [row[0] for row in rows]


async def test_tang_is_not_in_two_places(simulated: Simulated, estate: str) -> None:
    async with (
        simulated.client("volunteers", "peng", "volunteer_coordinator", estate=estate) as peng,
        simulated.client("volunteers", "tang", "volunteer", estate=estate) as tang,
    ):

        async def shift(post: str, start: str, end: str) -> str:
            planned = await told(
                peng, "/shifts", estate_id=estate, type=TYPES[post], post=post, min_n=1, max_n=3,
                starts_at=today(simulated, start).isoformat(),
                ends_at=today(simulated, end).isoformat(),
            )  # fmt: skip
            await told(peng, f"/shifts/{planned['id']}/publish")
            return f"/shifts/{planned['id']}"

        day = today(simulated, "9:00").date()
        await told(
            peng, "/credentials", estate_id=estate, person_id="tang", type="minor_contact_check",
            finding="clear", checked_on=day.isoformat(),
            expires_on=(day + timedelta(days=365)).isoformat(),
        )  # fmt: skip
        gate = await shift("school-gate", "16:20", "17:20")
        assert (await told(tang, f"{gate}/sign-up"))["signup"] == "confirmed"
        clash = {"other_shift_id": gate.removeprefix("/shifts/"), "other_kind": "shift"}

        aide = await shift("class-2", "16:30", "18:30")
        both = 409, "SHIFT_OVERLAP", {**clash, "gap_min": -50}
        assert await refused(tang, f"{aide}/sign-up") == both
        early = await shift("lake", "17:30", "18:30")
        assert await refused(tang, f"{early}/sign-up") == (
            409, "SHIFT_OVERLAP", {**clash, "gap_min": 10},
        )  # fmt: skip
        assert await refused(peng, f"{aide}/assign-volunteer", person_id="tang") == both

        patrol = await shift("lake", "17:35", "18:35")
        assert (await told(tang, f"{patrol}/sign-up"))["signup"] == "confirmed"
    assert await facts(simulated, estate, "SignupConfirmed") == ["tang", "tang"]


async def test_a_place_that_is_given_back_in_time_is_tangs_once(
    simulated: Simulated, estate: str
) -> None:
    async with (
        simulated.client("volunteers", "peng", "volunteer_coordinator", estate=estate) as peng,
        simulated.client("volunteers", "tang", "volunteer", estate=estate) as tang,
        simulated.client("volunteers", "luo", "volunteer", estate=estate) as luo,
    ):
        planned = await told(
            peng, "/shifts", estate_id=estate, type="patrol", post="lake", min_n=1, max_n=3,
            starts_at=today(simulated, "19:00").isoformat(),
            ends_at=today(simulated, "20:00").isoformat(),
        )  # fmt: skip
        path = f"/shifts/{planned['id']}"
        await told(peng, f"{path}/publish")
        for person in ("luo", "xie", "yi"):
            await told(peng, f"{path}/assign-volunteer", person_id=person)
        fourth = await told(tang, f"{path}/sign-up")
        assert (fourth["signup"], fourth["position"]) == ("waitlisted", 1)

        await simulated.time.until(today(simulated, "14:00"))
        await told(luo, f"{path}/cancel-signup")
        assert await facts(simulated, estate, "WaitlistPromoted") == ["tang"]
        await simulated.time.until(today(simulated, "17:00"))
        late = await refused(tang, f"{path}/cancel-signup")
        assert late == (409, "CANCEL_TOO_LATE", {"limit_min": 180})
        assert await facts(simulated, estate, "WaitlistPromoted") == ["tang"]
        assert await facts(simulated, estate, "SignupCancelled") == ["luo"]
