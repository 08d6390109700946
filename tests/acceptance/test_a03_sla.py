"""Scenario A3: deadlines across National Day, a lead who is away, a pause."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from linli_local import testing
from linli_local.issuer import Issuer

from tests.acceptance.a_matter import Fact, Matter
from tests.conftest import ZONE, Simulated, complaint, simulated_from

pytestmark = pytest.mark.stack
PEOPLE: Final = {"he": "steward_lead", "chen": "estate_manager", "wu": "community_officer"}
ROLES: Final = {"desk": "operator", "deng": "steward", **PEOPLE}


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture(scope="module")
async def eve(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulated]:
    """Wednesday, 2020-09-30, 16:30, on servers of its own: time goes on in the others' already."""
    if testing.choice()[0] != "embedded":
        pytest.skip("another stack is had by embedding alone")
    folder = tmp_path_factory.mktemp("eve")
    with testing.embedded() as parts:
        servers = await testing.started(parts)
        async with simulated_from(at(9, 30, 16, 30), servers, issuer, folder) as simulated:
            yield simulated


async def read(linli: Simulated, person: str, role: str, path: str, service: str = "views") -> Any:
    await linli.time.idle()
    async with linli.client(service, person, role, estate="xx") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def moments(said: Mapping[str, Any]) -> dict[str, datetime]:
    return {
        name: datetime.fromisoformat(value).astimezone(ZONE)
        for name, value in said.items()
        if name.endswith("_due") and value
    }


async def escalations(matter: Matter) -> list[Fact]:
    return await matter.facts("cases", "CaseEscalated")


async def test_a_complaint_and_an_alarm_on_the_eve_of_national_day(eve: Simulated) -> None:
    async with Matter(eve, "xx", roles=ROLES) as matter:
        await _roster(matter)
        case = (await matter.does("li", "/cases", **complaint("xx", priority="P3")))["id"]
        lift = complaint("xx", priority="P1", title="电梯困人", service_code="lift")
        await matter.does("zhou", "/cases", **lift)
        await _dues(matter)
        await eve.time.until(at(9, 30, 16, 40))
        await matter.does("desk", f"/cases/{case}/acknowledge")
        await _warned_and_late(matter, case)
        await _handled(matter, case)
        await _paused(matter, case)


async def _roster(matter: Matter) -> None:
    """The lead is on leave over the holidays and the week after."""
    holders = [{"role": role, "person_id": person} for person, role in PEOPLE.items()]
    leave = {"person_id": "he", "reason": "on_leave"}
    leave |= {"since": at(9, 30, 18, 0).isoformat(), "until": at(10, 18, 0, 0).isoformat()}
    await matter.does(
        "desk", "/escalation-duties", estate_id="xx", holders=holders, absences=[leave]
    )


async def _dues(matter: Matter) -> None:
    p3, p1 = [fact.said["sla"] for fact in await matter.facts("cases", "CaseOpened")]
    assert moments(p3)["first_response_due"] == at(10, 9, 9, 0)
    assert moments(p3)["resolve_due"] == at(10, 21, 16, 30)
    assert p3["workdays"] == ["2020-10-10"]
    assert p3["holidays"] == [f"2020-10-0{day}" for day in (1, 2, 5, 6, 7, 8)]
    assert moments(p1) == {
        "ack_due": at(9, 30, 16, 45), "first_response_due": at(9, 30, 17, 0),
        "resolve_due": at(9, 30, 18, 30),
    }  # fmt: skip


async def _warned_and_late(matter: Matter, case: str) -> None:
    """The timer worker is restarted three times: before, at, and after the moment it is late."""
    time = matter.linli.time
    await time.until(at(10, 9, 8, 59))
    (warned,) = await _of(matter, case, "SlaWarningIssued", clock="first_response")
    assert _when(warned) == at(10, 9, 8, 36)
    for moment in (at(10, 9, 8, 59), at(10, 9, 9, 0), at(10, 9, 9, 5)):
        await time.until(moment)
        await asyncio.to_thread(matter.linli.running.stop, "cases")
        await matter.linli.start("cases")
    await time.until(at(10, 9, 9, 10))
    (breached,) = await _of(matter, case, "SlaBreached")
    assert (breached.said["clock"], _when(breached)) == ("first_response", at(10, 9, 9, 0))
    (escalated,) = await _of(matter, case, "CaseEscalated")
    assert _when(escalated) == at(10, 9, 9, 0)
    assert (escalated.said["level"], escalated.said["to_role"]) == (2, "estate_manager")
    assert escalated.said["skipped"] == [{"role": "steward_lead", "reason": "on_leave"}]
    for person, said in (("chen", [escalated.id]), ("he", [])):
        inbox = await read(matter.linli, person, PEOPLE[person], "/inbox", "notifications")
        found = [m for m in inbox["items"] if m["template"] == "case_escalated_to_you"]
        assert [m["source_event_id"] for m in found if m["case_id"] == case] == said


async def _handled(matter: Matter, case: str) -> None:
    time = matter.linli.time
    await matter.does("chen", f"/cases/{case}/acknowledge-escalation")
    await time.until(at(10, 9, 9, 40))
    assert len(await _of(matter, case, "CaseEscalated")) == 1  # acknowledged: nobody above hears
    await matter.does("chen", f"/cases/{case}/assign", assignee_id="deng")
    await matter.does("chen", f"/cases/{case}/start")
    deadlines = await read(matter.linli, "li", "resident", f"/cases/{case}/deadlines")
    assert _due(deadlines, "first_response") == at(10, 9, 9, 0)
    await time.until(at(10, 9, 9, 50))


async def _paused(matter: Matter, case: str) -> None:
    time = matter.linli.time
    until = at(10, 12, 9, 50)
    wait = {"wait_for": "resident", "until": until.isoformat()}
    await matter.does("deng", f"/cases/{case}/suspend", **wait)
    await time.until(until)
    deadlines = await read(matter.linli, "li", "resident", f"/cases/{case}/deadlines")
    assert deadlines["paused_min"] == 1140
    assert _due(deadlines, "resolve") == at(10, 23, 16, 30)
    assert _due(deadlines, "first_response") == at(10, 9, 9, 0)
    await matter.does("chen", f"/cases/{case}/assign", assignee_id="chen")
    deadlines = await read(matter.linli, "li", "resident", f"/cases/{case}/deadlines")
    assert _due(deadlines, "first_response") == at(10, 9, 9, 0)
    assert len(await _of(matter, case, "SlaBreached", clock="first_response")) == 1
    (board,) = [
        one
        for one in await read(matter.linli, "desk", "operator", "/sla-board?estate=xx")
        if one["case_id"] == case
    ]
    assert (board["clock"], board["breached"]) == ("first_response", ["first_response"])
    # Still no word to the reporter: at twice the time, the pause left out, the community hears.
    await time.until(until + timedelta(minutes=70))
    *_, third = await _of(matter, case, "CaseEscalated")
    assert (third.said["level"], third.said["cause"]) == (3, "first_response_overdue_200")
    assert _when(third) == at(10, 12, 11, 0)


async def _of(matter: Matter, case: str, name: str, **said: str) -> list[Fact]:
    await matter.settled()
    facts = await matter.facts("cases", name)
    mine = [fact for fact in facts if fact.said["case_id"] == case]
    return [fact for fact in mine if said.items() <= fact.said.items()]


def _when(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.said["occurred_at"]).astimezone(ZONE)


def _due(deadlines: Any, clock: str) -> datetime:
    (line,) = [one for one in deadlines["clocks"] if one["clock"] == clock]
    return datetime.fromisoformat(line["due"]).astimezone(ZONE)
