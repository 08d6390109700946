"""Stewards: what they have passed and which buildings they have; and the page of a badge."""

from datetime import UTC, datetime, timedelta
from typing import Any

from linli_views.figures import Window, lives
from linli_views.headline import HEADLINE
from linli_views.kpis import KPIS
from linli_views.steward_board import STEWARDS, Steward

from services.views.tests.a_log import BEGIN, Log, folded, golden, uid
from services.views.tests.conftest import Views

TOKEN = golden("estates", "BadgeIssued")["badge_token"]


def serving(log: Log, steward: object = "s", **data: Any) -> None:
    for name in ("StewardAppointed", "StewardStandardPassed", "BadgeIssued", "StewardAssigned"):
        log.estate(steward, name, "steward_id", **data)


def row(log: Log) -> Steward:
    found: Steward = folded(STEWARDS, log.records).rows["xx", uid("s")]
    return found


def test_a_steward_shows_standards_badge_and_buildings() -> None:
    log = Log()
    serving(log)
    other = {"assignment_no": 2, "building_id": "4", "to_on": "2020-12-31"}
    log.estate("s", "StewardAssigned", "steward_id", **other)
    found = row(log)
    assert (found.state, found.standards, found.badge_no) == ("appointed", ("operation",), "G-007")
    assert [(a["building_id"], a["to_on"]) for a in found.assignments] == [
        ("3", None), ("4", "2020-12-31"),
    ]  # fmt: skip
    assert found.households == 240
    log.estate("s", "StewardAssignmentEnded", "steward_id")
    assert [a["building_id"] for a in row(log).assignments] == ["4"]
    log.estate("s", "StewardshipEnded", "steward_id")
    assert (row(log).state, row(log).version) == ("ended", 7)


def test_stewards_active_are_those_appointed_and_not_ended_by_then() -> None:
    """Scenario A1: 67 appointed, 5 ended. Whenever it was: the window does not matter."""
    log, long_ago = Log(), BEGIN - timedelta(2000)
    for n in range(67):
        log.estate(n, "StewardAppointed", "steward_id", at=long_ago)
    for n in range(5):
        log.estate(n, "StewardshipEnded", "steward_id")
    window = Window.parse("2020-04-01/2021-04-01")
    counted = KPIS["stewards_active"].count(lives(folded(HEADLINE, log.records).lines), window)
    assert (counted.value, len(counted.ids)) == (62, 62)


async def asked(views: Views, person: str, path: str, status: int = 200, **roles: Any) -> Any:
    async with views.client(person, **roles) as client:
        answer = await client.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.json()


async def test_everybody_of_the_estate_sees_who_serves_and_staff_the_rest(views: Views) -> None:
    log = Log()
    serving(log)
    log.estate("gone", "StewardAppointed", "steward_id", person_id="he")
    log.estate("gone", "StewardshipEnded", "steward_id", person_id="he")
    await views.project(log.records)
    whole = (await asked(views, "desk", "/stewards", xx="operator"))["items"]
    assert {one["state"]: one["badge_token"] for one in whole} == {
        "appointed": TOKEN, "ended": None,
    }  # fmt: skip
    (one,) = (await asked(views, "li", "/stewards", xx="resident"))["items"]
    assert (one["shown_name"], one["badge_token"]) == ("邓管家", None)
    assert await asked(views, "li", f"/stewards/{uid('s')}", xx="resident") == one
    await asked(views, "li", f"/stewards/{uid('gone')}", 404, xx="resident")
    await asked(views, "desk", f"/stewards/{uid('s')}", 404, b="operator")
    path = f"/stewards/{uid('s')}/history"
    told = (await asked(views, "desk", path, xx="operator"))["items"]
    assert told[1]["text_zh"] == "已通过标准：操作标准"
    await asked(views, "li", path, 404, xx="resident")
    window = "window=2030-04-01/2031-04-01"
    kpis = (await asked(views, "desk", f"/kpi/headline?scope=xx&{window}", xx="operator"))["kpis"]
    assert kpis["stewards_active"]["value"] == 1


async def test_whoever_reads_a_badge_learns_who_it_is_and_nothing_else(views: Views) -> None:
    """Without a token."""
    log = Log()
    serving(log)
    await views.project(log.records)

    async def page(path: str, status: int = 200) -> Any:
        async with views.client("nobody") as client:
            client.headers.pop("authorization", None)
            answer = await client.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    assert await page(f"/badges/xx/{TOKEN}") == {
        "name": "邓管家", "photo_ref": "photo-deng", "standing": "serving",
    }  # fmt: skip
    for other in (f"xx/{'A' * 22}", f"b/{TOKEN}"):
        await page(f"/badges/{other}", 404)
    for no_token in ("xx/G-007", "xx/%25", f"xx/{TOKEN}x"):
        await page(f"/badges/{no_token}", 422)
    new = "A" * 22
    log.estate("s", "BadgeIssued", "steward_id", badge_token=new, photo_ref=None)
    log.estate("s", "StewardshipEnded", "steward_id", at=datetime(2020, 5, 1, tzinfo=UTC))
    await views.project(log.records)
    await page(f"/badges/xx/{TOKEN}", 404)
    assert (await page(f"/badges/xx/{new}"))["standing"] == "ended"
