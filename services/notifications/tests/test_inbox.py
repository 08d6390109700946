"""The inbox over HTTP, out of real PostgreSQL: everybody reads their own, and only that."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from linli_notifications import api
from linli_service.paging import cursor

from services.notifications.tests.a_log import Log, uid
from services.notifications.tests.conftest import BUILD, Inboxes


def a_morning() -> Log:
    """Zhou's case is merged into Li's, which is resolved; Li has one in b; Zhao and Qian argue."""
    log = Log()
    log.case("parent", "CaseOpened", by="li")
    log.case("child", "CaseOpened", by="zhou", of="zhou")
    log.case("child", "CaseMerged", of="zhou", into=str(uid("parent")))
    log.case("parent", "CaseAssigned", assignee_id="wang")
    log.case("parent", "CaseResolved", by="wang")
    log.case("b", "CaseOpened", by="li", estate="b")
    log.dispute("d", "DisputeFiled", by="zhao")
    return log


async def templates(client: httpx.AsyncClient, query: str = "") -> list[str]:
    answer = await client.get(f"/inbox{query}")
    assert answer.status_code == 200, answer.text
    return [message["template"] for message in answer.json()["items"]]


async def test_everybody_reads_their_own_messages_newest_first(inboxes: Inboxes) -> None:
    await inboxes.project(a_morning().records)
    for person, found in (
        ("li", ["case_resolved", "case_assigned", "case_received"]),
        ("zhou", ["case_resolved", "case_assigned", "case_merged", "case_received"]),
        ("wang", ["case_given_to_you"]),
        ("zhao", ["dispute_filed"]),
        ("qian", ["dispute_filed"]),
    ):
        async with inboxes.client(person, xx="resident") as client:
            assert await templates(client) == found


async def test_nobody_reads_the_inbox_of_another_whatever_they_are_or_send(
    inboxes: Inboxes,
) -> None:
    await inboxes.project(a_morning().records)
    for role in ("resident", "operator", "estate_manager", "company_user", "auditor"):
        async with inboxes.client("sun", xx=role) as client:
            assert await templates(client) == []
            forged = {"X-Person-Id": "li", "Linli-Person": "li"}
            assert (await client.get("/inbox", headers=forged)).json()["items"] == []
            asked = await client.get("/inbox?person_id=li")
            assert (asked.status_code, asked.json()["code"]) == (422, "VALIDATION_FAILED")


async def test_messages_of_an_estate_that_is_not_in_the_token_do_not_exist(
    inboxes: Inboxes,
) -> None:
    await inboxes.project(a_morning().records)
    async with inboxes.client("li", b="resident") as client:
        assert await templates(client) == ["case_received"]
        answer = await client.get("/inbox?estate=xx")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    async with inboxes.client("li", b="resident", xx="resident") as client:
        assert len(await templates(client)) == 4
        assert len(await templates(client, "?estate=xx")) == 3


async def test_a_message_says_what_happened_in_both_languages_and_where_to_look(
    inboxes: Inboxes,
) -> None:
    log = a_morning()
    await inboxes.project(log.records)
    async with inboxes.client("zhou", xx="resident") as client:
        newest: dict[str, Any] = (await client.get("/inbox?limit=1")).json()["items"][0]
    assert newest["text_zh"] == "事件 XX-parent 已办结。"
    assert newest["text_en"] == "Case XX-parent has been resolved."
    assert newest["params"] == {"case_no": "XX-parent"}
    assert (newest["person_id"], newest["estate"]) == ("zhou", "xx")
    assert (newest["case_id"], newest["own_case_id"]) == (str(uid("parent")), str(uid("child")))
    assert newest["source_event_id"] == str(log.records[4].fact.id)


async def test_records_delivered_again_bring_no_second_message(inboxes: Inboxes) -> None:
    log = a_morning()
    for _ in range(3):
        await inboxes.project(log.records)
    async with inboxes.client("zhou", xx="resident") as client:
        assert len(await templates(client)) == 4


async def test_followers_stay_what_they_are_from_batch_to_batch(inboxes: Inboxes) -> None:
    log = a_morning()
    for one in log.records:
        await inboxes.project([one])
    log.case("parent", "ReporterAnswered", channel="app")
    await inboxes.project(log.records)
    async with inboxes.client("zhou", xx="resident") as client:
        assert (await templates(client))[0] == "case_answered"
        assert len(await templates(client)) == 5


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_pages_hold_every_message_once_though_more_arrive(
    inboxes: Inboxes, limit: int
) -> None:
    log = a_morning()
    await inboxes.project(log.records)
    found, following = [], ""
    async with inboxes.client("li", xx="resident", b="resident") as client:
        whole = await templates(client)
        while True:
            page = (await client.get(f"/inbox?limit={limit}{following}")).json()
            found += [message["template"] for message in page["items"]]
            if page["next"] is None:
                break
            following = f"&cursor={page['next']}"
            log.case("parent", "ReporterAnswered", channel="app")
            await inboxes.project(log.records)
    assert found == whole


async def test_hostile_values_are_refused(inboxes: Inboxes) -> None:
    async with inboxes.client("li", xx="resident") as client:
        for value in ("\0", "'; drop", "9" * 400, "-1", "a" * 5000):
            for param in ("cursor", "limit", "estate", "unread"):
                answer = await client.get(f"/inbox?{param}={quote(value)}")
                assert answer.status_code in {400, 404, 422}, (param, value)
        places: list[tuple[Any, ...]] = [(1,), ("2020-04-01", str(uid(1))), ("x", "y"), (None, [])]
        for values in places:
            answer = await client.get(f"/inbox?cursor={cursor(*values)}")
            assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID"), values


async def test_an_inbox_takes_an_index(inboxes: Inboxes) -> None:
    await inboxes.project(a_morning().records)
    async with inboxes.pool.acquire() as db:
        await db.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        statement = api._OWN.format(number=BUILD.number)
        rows = await db.fetch(f"explain {statement}", ["xx", "b"], "li", *api.NEWEST, 50)
    plan = "\n".join(row[0] for row in rows)
    assert "Index" in plan, plan
    assert "Seq Scan" not in plan, plan
