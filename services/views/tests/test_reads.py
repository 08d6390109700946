"""The boards and histories over HTTP, out of real PostgreSQL: who sees what, in which order."""

from typing import Any
from urllib.parse import quote

import pytest
from linli_service.paging import cursor
from linli_views import case_board, dispute_board
from linli_views.listing import Asked
from linli_views.sight import Sight

from services.views.tests.a_log import Log, uid
from services.views.tests.conftest import BUILD, Views


def two_estates() -> Log:
    """Ten cases in xx, of Li and of Zhou, one in b; a dispute of Zhao and Qian in xx."""
    log = Log()
    for n in range(10):
        who = "li" if n % 2 else "zhou"
        log.case(n, "CaseOpened", reporter_id=who, by_id=who, case_no=f"XX-2020-{n:06}")
    log.case("b", "CaseOpened", estate="b", reporter_id="li")
    log.case(3, "CaseAcknowledged")
    log.case(4, "CaseWithdrawn")
    log.case(5, "CaseAssigned", assignee_id="wang", kind="repair")
    log.dispute("d", "DisputeFiled", by_id="zhao")
    log.dispute("d", "MediatorAssigned", mediator_id="deng", body="informal")
    return log


async def numbers(views: Views, person: str, query: str = "", **estates: str) -> list[str]:
    async with views.client(person, **estates) as client:
        answer = await client.get(f"/cases{query}")
    assert answer.status_code == 200, answer.text
    return [case["case_no"][-2:] for case in answer.json()["items"]]


async def test_staff_see_the_cases_of_their_estates_and_residents_their_own(views: Views) -> None:
    await views.project(two_estates().records)
    everything = [f"{n:02}" for n in reversed(range(10))]
    assert await numbers(views, "desk", xx="operator") == everything
    assert await numbers(views, "audit", xx="auditor") == everything
    assert await numbers(views, "li", xx="resident") == ["09", "07", "05", "03", "01"]
    assert await numbers(views, "sun", xx="volunteer") == []
    assert len(await numbers(views, "boss", xx="company_user", b="company_user")) == 11
    assert len(await numbers(views, "li", xx="resident", b="operator")) == 6
    assert await numbers(views, "li", c="operator") == []


async def test_filters_narrow_the_list(views: Views) -> None:
    await views.project(two_estates().records)
    for query, count in (
        ("state=open", 9), ("state=withdrawn", 1), ("state=acknowledged", 1), ("kind=repair", 0),
        ("kind=complaint", 10), ("assignee_id=wang", 1), ("reporter_id=li", 5),
        ("building_id=3", 10), ("building_id=4", 0), ("service_code=lighting&state=new", 7),
        ("estate=xx", 10),
    ):  # fmt: skip
        assert len(await numbers(views, "desk", f"?{query}", xx="operator")) == count, query
    for query, count in (("state=open", 10), ("estate=b", 1), ("estate=xx&state=open", 9)):
        assert len(await numbers(views, "boss", f"?{query}", xx="auditor", b="auditor")) == count


@pytest.mark.parametrize("limit", [1, 3, 5, 200])
async def test_pages_hold_every_case_once_though_one_changes_meanwhile(
    views: Views, limit: int
) -> None:
    log = two_estates()
    await views.project(log.records)
    found, following = [], ""
    async with views.client("desk", xx="operator", b="resident") as client:
        while True:
            page = (await client.get(f"/cases?limit={limit}{following}")).json()
            found += [case["case_no"] for case in page["items"]]
            assert len(page["items"]) <= limit
            if page["next"] is None:
                break
            following = f"&cursor={page['next']}"
            if len(found) == limit:  # an old one changes: it must not move
                log.case(0, "CaseAcknowledged")
                await views.project(log.records)
    assert found == [f"XX-2020-{n:06}" for n in reversed(range(10))]


async def test_a_case_of_another_estate_or_person_does_not_exist(views: Views) -> None:
    await views.project(two_estates().records)
    mine, foreign = uid(1), uid("b")
    async with (
        views.client("desk", xx="operator") as desk,
        views.client("li", xx="resident") as li,
        views.client("zhou", xx="resident") as zhou,
    ):
        for client, path, status in (
            (desk, f"/cases/{mine}", 200),
            (li, f"/cases/{mine}", 200),
            (zhou, f"/cases/{mine}", 404),
            (zhou, f"/cases/{mine}/history", 404),
            (desk, f"/cases/{foreign}", 404),
            (desk, f"/cases/{foreign}/history", 404),
            (li, f"/cases/{foreign}", 404),
            (desk, f"/cases/{uid('nowhere')}", 404),
            (desk, "/cases?estate=b", 404),
        ):
            answer = await client.get(path, headers={"X-Estate": "b", "Linli-Estate": "b"})
            assert answer.status_code == status, path
            assert status == 200 or answer.json()["code"] == "NOT_FOUND"


async def test_parties_and_the_mediator_see_their_dispute_and_staff_the_register(
    views: Views,
) -> None:
    await views.project(two_estates().records)
    for person, role, seen in (
        ("desk", "operator", True), ("zhao", "resident", True), ("qian", "resident", True),
        ("deng", "mediator", True), ("li", "resident", False), ("he", "mediator", False),
        ("open", "integrator", False),
    ):  # fmt: skip
        async with views.client(person, xx=role) as client:
            register = (await client.get("/disputes?state=open")).json()["items"]
            one = await client.get(f"/disputes/{uid('d')}")
            history = await client.get(f"/disputes/{uid('d')}/history")
        assert len(register) == seen, person
        assert (one.status_code, history.status_code) == ((200, 200) if seen else (404, 404))
        assert not seen or "楼上漏水" not in one.text + history.text
    async with views.client("desk", b="operator") as client:
        assert (await client.get("/disputes")).json()["items"] == []


async def test_an_etag_is_the_version_of_the_stream_and_spares_a_second_answer(
    views: Views,
) -> None:
    await views.project(two_estates().records)
    async with views.client("desk", xx="operator") as client:
        answer = await client.get(f"/cases/{uid(3)}")
        assert answer.headers["etag"] == '"2"'
        same = {"If-None-Match": 'W/"1", "2"'}
        assert (await client.get(f"/cases/{uid(3)}", headers=same)).status_code == 304
        older = {"If-None-Match": '"1"'}
        assert (await client.get(f"/cases/{uid(3)}", headers=older)).status_code == 200


async def test_a_history_tells_each_event_in_both_languages_page_by_page(views: Views) -> None:
    await views.project(two_estates().records)
    async with views.client("desk", xx="operator") as client:
        path = f"/cases/{uid(3)}/history"
        first = (await client.get(f"{path}?limit=1")).json()
        second = (await client.get(f"{path}?limit=1&cursor={first['next']}")).json()
    assert [line["version"] for line in first["items"] + second["items"]] == [1, 2]
    assert second["next"] is None
    assert second["items"][0]["kind"] == "linli.cases.CaseAcknowledged.v1"
    assert second["items"][0]["text_zh"] == "客服已签收"
    assert second["items"][0]["text_en"] == "The service desk acknowledged it"


HOSTILE = ["\0", "'; drop table view.build; --", "9" * 400, "-1", "\ud7ff", "١", "a" * 5000]


async def test_hostile_values_are_refused_without_an_echo(views: Views) -> None:
    params = ["state", "kind", "assignee_id", "estate", "cursor", "limit", "building_id", "extra"]
    paths = [f"/cases?{p}=" for p in params] + ["/disputes?cursor=", "/cases/", "/disputes/"]
    paths += ["/kpi/headline?window=2020-01-01/2021-01-01&scope=", "/kpi/headline?scope=xx&window="]
    paths += ["/kpi/headline?scope=xx&window=2020-01-01/2021-01-01&as_of="]
    async with views.client("desk", xx="operator") as client:
        for path in paths:
            for value in HOSTILE:
                answer = await client.get(path + quote(value))
                assert answer.status_code in {400, 404, 422}, (path, value)
                assert len(value) < 3 or value not in answer.text


AT, SOMEONE = "2020-04-01 01:00:00+00:00", str(uid(1))
NO_PLACE: list[tuple[Any, ...]] = [
    (), (1,), (AT,), (AT, 7), (AT, SOMEONE, 1), ("2020-04-01", SOMEONE),
    ("0001-01-01T00:00:00+14:00", SOMEONE), (None, None), ({"a": 1}, []), (AT, "x"),
]  # fmt: skip
NO_VERSION: list[tuple[Any, ...]] = [(), ("x",), (-1,), (2**63,), (1, 1), (None,), (1.5,)]


async def test_cursors_that_we_did_not_make_are_refused(views: Views) -> None:
    await views.project(two_estates().records)
    async with views.client("desk", xx="operator") as client:
        for values in NO_PLACE:
            answer = await client.get(f"/cases?cursor={cursor(*values)}")
            assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID"), values
        for values in NO_VERSION:
            path = f"/cases/{uid(1)}/history?cursor={cursor(*values)}"
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID"), values


async def test_a_read_waits_for_the_position_of_a_command_or_says_that_it_is_behind(
    views: Views,
) -> None:
    log = two_estates()
    await views.project(log.records)
    last = log.records[-1]
    async with views.client("desk", xx="operator") as client:
        for position, behind in ((last.fact.position, None), (last.fact.position + 1, "true")):
            at = {"Linli-Position": f"linli.cases.v1/{last.shard}/{position}"}
            answer = await client.get("/cases", headers=at)
            assert (answer.status_code, answer.headers.get("linli-behind")) == (200, behind)


async def test_lists_take_an_index_for_whoever_asks(views: Views) -> None:
    await views.project(two_estates().records)
    staff, resident = Sight("desk", ("xx", "b"), ()), Sight("li", (), ("xx", "b"))
    async with views.pool.acquire() as db:
        # The tables are small here: what counts is that an index can give the rows in order.
        await db.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        for listing, sight, wanted in (
            (case_board.LISTING, staff, {}),
            (case_board.LISTING, staff, {"state": "new"}),
            (case_board.LISTING, staff, {"assignee_id": "wang"}),
            (case_board.LISTING, staff, {"reporter_id": "li"}),
            (case_board.LISTING, resident, {}),
            (dispute_board.LISTING, staff, {}),
            (dispute_board.LISTING, resident, {}),
        ):
            text, values = listing.sql(sight, BUILD.number, wanted, Asked())
            plan = "\n".join(row[0] for row in await db.fetch(f"explain {text}", *values))
            assert "Index" in plan, plan
            assert "Seq Scan" not in plan, plan
