"""Shifts, visits and deliberations over HTTP: what is for everybody, and what is not."""

from typing import Any
from urllib.parse import quote

import pytest
from linli_views import meeting_board, resolution_board, shift_board, topic_board, visit_log
from linli_views.listing import Asked
from linli_views.sight import Sight

from services.views.tests import a_chain
from services.views.tests.a_chain import MEETING, RESOLUTION, TOPIC
from services.views.tests.a_log import Log, uid
from services.views.tests.conftest import BUILD, Views


def a_week() -> Log:
    """In xx: shifts of all kinds, visits to the elder Luo and to another; one of each in b."""
    log = Log()
    guard = {"starts_at": "2020-09-07T16:20:00+08:00", "ends_at": "2020-09-07T17:20:00+08:00"}
    patrol = {"starts_at": "2020-09-07T17:30:00+08:00", "ends_at": "2020-09-07T18:30:00+08:00"}
    for name, of in (
        ("guard", {"post": "school-gate", **guard}),
        ("patrol", {"post": "lawn", "type": "patrol", **patrol}),
        ("draft", {"post": "lawn", **patrol}),
    ):
        log.shift(name, "ShiftPlanned", **of)
        if name != "draft":
            log.shift(name, "ShiftPublished", **of)
    log.shift("guard", "SignupConfirmed", person_id="tang", by_id="tang")
    log.shift("guard", "SignupConfirmed", person_id="luo", by_id="luo")
    log.shift("guard", "SignupWaitlisted", person_id="sun", by_id="sun", position=1)
    log.shift("in b", "ShiftPlanned", estate="b")
    log.visit("v", "VisitScheduled", elder_id="elder-luo")
    log.visit("v", "VisitorAssigned", elder_id="elder-luo", visitor_id="tang")
    log.visit("w", "VisitScheduled", elder_id="elder-qi")
    log.visit("w", "VisitDeclined", elder_id="elder-qi", by_id="elder-qi")
    log.visit("in b", "VisitScheduled", estate="b", elder_id="elder-luo")
    return log


async def read(views: Views, person: str, role: str, path: str, status: int = 200) -> Any:
    async with views.client(person, xx=role) as client:
        answer = await client.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.json()


async def posts(views: Views, person: str, role: str, query: str = "") -> list[str]:
    return [s["post"] for s in (await read(views, person, role, f"/shifts{query}"))["items"]]


async def test_published_shifts_are_for_everybody_the_soonest_first_and_drafts_are_not(
    views: Views,
) -> None:
    await views.project(a_week().records)
    for role in ("volunteer", "resident", "mediator"):
        assert await posts(views, "sun", role) == ["school-gate", "lawn"]
        await read(views, "sun", role, f"/shifts/{uid('draft')}", 404)
        await read(views, "sun", role, f"/shifts/{uid('draft')}/history", 404)
    assert await posts(views, "peng", "volunteer_coordinator") == ["school-gate", "lawn", "lawn"]
    assert await posts(views, "peng", "operator", "?state=draft") == ["lawn"]
    assert await posts(views, "sun", "volunteer", "?type=patrol&state=open") == ["lawn"]
    first = await read(views, "sun", "volunteer", "/shifts?limit=1")
    rest = await read(views, "sun", "volunteer", f"/shifts?limit=1&cursor={first['next']}")
    assert [s["post"] for s in rest["items"]] == ["lawn"]
    assert rest["next"] is None


async def test_a_volunteer_sees_before_signing_up_what_is_free_and_what_keeps_them_from_it(
    views: Views,
) -> None:
    """Scenario A8: Tang guards the gate until 17:20; from there to the lawn is 15 minutes."""
    await views.project(a_week().records)
    guard, patrol = (await read(views, "tang", "volunteer", "/shifts?state=open"))["items"]
    assert (guard["free"], guard["waitlist_free"], guard["own"]) == (0, 1, "confirmed")
    assert guard["overlap"] is None
    assert (patrol["free"], patrol["own"]) == (2, None)
    assert patrol["overlap"] == {"what": "shift", "id": str(uid("guard")), "gap_min": 10}
    guard, patrol = (await read(views, "sun", "volunteer", "/shifts?state=open"))["items"]
    assert (guard["own"], guard["overlap"], patrol["overlap"]) == ("waitlisted", None, None)


async def test_a_visit_keeps_its_visitor_from_a_shift_at_the_same_time(views: Views) -> None:
    log = Log()
    when = {"starts_at": "2020-12-08T10:10:00+08:00", "ends_at": "2020-12-08T11:10:00+08:00"}
    log.visit("v", "VisitScheduled")
    log.visit("v", "VisitorAssigned", visitor_id="tang")
    log.shift("s", "ShiftPlanned", **when)
    log.shift("s", "ShiftPublished", **when)
    await views.project(log.records)
    (shift,) = (await read(views, "tang", "volunteer", "/shifts"))["items"]
    assert shift["overlap"] == {"what": "visit", "id": str(uid("v")), "gap_min": -20}
    log.visit("v", "VisitorArrived", visitor_id="tang")
    log.visit("v", "VisitCompleted", visitor_id="tang")
    await views.project(log.records)
    (shift,) = (await read(views, "tang", "volunteer", "/shifts"))["items"]
    assert shift["overlap"] is None


async def test_who_else_signed_up_is_for_coordinators_alone(views: Views) -> None:
    """Checked by answering all sign-ups to everybody: this fails."""
    await views.project(a_week().records)
    path = f"/shifts/{uid('guard')}"
    whole = await read(views, "peng", "volunteer_coordinator", path)
    assert [s["person_id"] for s in whole["signups"]] == ["tang", "luo", "sun"]
    own = await read(views, "sun", "volunteer", path)
    assert [(s["person_id"], s["state"]) for s in own["signups"]] == [("sun", "waitlisted")]
    assert (await read(views, "li", "resident", path))["signups"] == []
    history = await read(views, "sun", "volunteer", f"{path}/history")
    assert [line["by_id"] for line in history["items"]] == [None, None, None, None, "sun"]
    assert "tang" not in str(history)
    history = await read(views, "peng", "volunteer_coordinator", f"{path}/history")
    assert [line["by_id"] for line in history["items"][2:]] == ["tang", "luo", "sun"]


@pytest.mark.parametrize(
    ("person", "role", "seen", "elders"),
    [
        ("peng", "volunteer_coordinator", ["v", "w"], True),
        ("guan", "steward", ["v", "w"], True),
        ("shequ", "community_officer", ["v", "w"], True),
        ("desk", "operator", ["v", "w"], False),
        ("audit", "auditor", ["v", "w"], False),
        ("boss", "company_user", ["v", "w"], False),
        ("tang", "volunteer", ["v"], True),
        ("elder-luo", "resident", ["v"], True),
        ("li", "resident", [], False),
        ("sun", "volunteer", [], False),
    ],
)
async def test_who_an_elder_is_is_for_those_who_look_after_elders_and_who_was_sent(
    views: Views, person: str, role: str, seen: list[str], elders: bool
) -> None:
    """Also by nothing beside the row: not by asking for an elder, nor by who declined. Checked by
    letting whoever sees a visit filter by elder, and by naming who did what in its history: both
    times this fails."""
    await views.project(a_week().records)
    found = (await read(views, person, role, "/visits"))["items"]
    assert {v["visit_id"] for v in found} == {str(uid(name)) for name in seen}
    assert all((v["elder_id"] is not None) == elders for v in found)
    asked = (await read(views, person, role, "/visits?elder_id=elder-luo"))["items"]
    assert len(asked) == (1 if elders else 0)
    for name in ("v", "w"):
        path, status = f"/visits/{uid(name)}", 200 if name in seen else 404
        one = await read(views, person, role, path, status)
        history = await read(views, person, role, f"{path}/history", status)
        assert elders or "elder-" not in str(one) + str(history)


async def test_a_topic_is_for_everybody_once_it_is_screened_without_who_brought_it_up(
    views: Views,
) -> None:
    log = Log()
    log.topic("new", "TopicProposed", by_id="li", co_signer_ids=["zhou"])
    a_chain.adopted(log)
    await views.project(log.records)
    new, known = f"/topics/{uid('new')}", f"/topics/{uid(TOPIC)}"
    await read(views, "sun", "resident", new, 404)
    for person in ("li", "zhou"):
        own = await read(views, person, "resident", new)
        assert (own["proposer_id"], own["co_signer_ids"], own["co_signers"]) == (
            "li" if person == "li" else None, ["zhou"] if person == "zhou" else [], 1,
        )  # fmt: skip
    assert (await read(views, "desk", "operator", new))["proposer_id"] == "li"
    public = await read(views, "sun", "resident", known)
    assert (public["cases"], public["case_ids"], public["proposer_id"]) == (3, [], None)
    assert len((await read(views, "desk", "operator", known))["case_ids"]) == 3
    assert len((await read(views, "sun", "resident", "/topics"))["items"]) == 1
    assert len((await read(views, "desk", "operator", "/topics?state=proposed"))["items"]) == 1


async def test_a_noticed_meeting_and_its_votes_are_for_everybody_and_who_voted_is_not(
    views: Views,
) -> None:
    """Checked by naming who did what in its history: the voters appear, and this fails."""
    log = Log()
    log.meeting("plan", "MeetingPlanned", chair_id="c1")
    a_chain.adopted(log)
    await views.project(log.records)
    await read(views, "sun", "resident", f"/meetings/{uid('plan')}", 404)
    await read(views, "c1", "resident", f"/meetings/{uid('plan')}")
    path = f"/meetings/{uid(MEETING)}"
    found = await read(views, "sun", "resident", path)
    assert (found["state"], found["present"], found["chair_id"]) == ("minutes_published", 29, None)
    (item,) = found["agenda"]
    assert (item["title"], item["in_favour"]) == ("电动车充电桩", 24)
    assert (await read(views, "desk", "operator", path))["chair_id"] == "c1"
    history = await read(views, "sun", "resident", f"{path}/history")
    assert {line["by_id"] for line in history["items"]} == {None}
    assert "Ballot no. 1 was cast" in str(history)
    mine = await read(views, "o1", "resident", f"{path}/history")
    assert {line["by_id"] for line in mine["items"]} == {None, "o1"}
    assert [m["meeting_id"] for m in (await read(views, "sun", "resident", "/meetings"))["items"]]


async def test_a_resolution_is_for_everybody_with_roles_and_without_people(views: Views) -> None:
    log = a_chain.effective()
    await views.project(log.records)
    path = f"/resolutions/{uid(RESOLUTION)}"
    public = await read(views, "sun", "resident", path)
    assert [(a["owner_id"], a["owner_role"]) for a in public["actions"]] == [(None, "steward")] * 2
    assert (public["chair_id"], public["case_ids"], public["cases"]) == (None, [], 3)
    staff = await read(views, "desk", "operator", path)
    assert [a["owner_id"] for a in staff["actions"]] == ["he", "xie"]
    own = await read(views, "he", "volunteer", path)
    assert [a["owner_id"] for a in own["actions"]] == ["he", None]
    assert len((await read(views, "sun", "resident", "/resolutions?state=open"))["items"]) == 0
    query = "/resolutions?state=evaluated_effective"
    assert len((await read(views, "sun", "resident", query))["items"]) == 1


async def test_nothing_of_another_estate_exists(views: Views) -> None:
    log = a_week()
    a_chain.adopted(log)
    await views.project(log.records)
    ids = {"shifts": "guard", "visits": "v", "topics": TOPIC, "meetings": MEETING,
           "resolutions": RESOLUTION}  # fmt: skip
    for role in ("operator", "volunteer_coordinator", "resident"):
        async with views.client("tang", b=role) as client:
            for what, name in ids.items():
                for path in (f"/{what}/{uid(name)}", f"/{what}/{uid(name)}/history"):
                    answer = await client.get(path, headers={"X-Estate": "xx"})
                    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
                assert (await client.get(f"/{what}?estate=xx")).status_code == 404
                found = (await client.get(f"/{what}")).json()["items"]
                assert {one["estate"] for one in found} <= {"b"}


async def test_an_etag_spares_a_second_answer_and_a_position_is_waited_for(views: Views) -> None:
    log = a_week()
    a_chain.adopted(log)
    await views.project(log.records)
    ids = {"shifts": "guard", "visits": "v", "topics": TOPIC, "meetings": MEETING,
           "resolutions": RESOLUTION}  # fmt: skip
    last = {r.topic: r for r in log.records if r.fact.estate == "xx"}
    async with views.client("desk", xx="operator") as client:
        for what, name in ids.items():
            answer = await client.get(f"/{what}/{uid(name)}")
            assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
            seen = {"If-None-Match": answer.headers["etag"]}
            assert (await client.get(f"/{what}/{uid(name)}", headers=seen)).status_code == 304
        for topic, record in last.items():
            position = record.fact.position
            for at, behind in ((position, None), (position + 1, "true")):
                header = {"Linli-Position": f"{topic}/{record.shard}/{at}"}
                answer = await client.get("/shifts", headers=header)
                assert (answer.status_code, answer.headers.get("linli-behind")) == (200, behind)


async def test_hostile_values_are_refused_without_an_echo(views: Views) -> None:
    paths = [f"/{what}?{param}=" for what in ("shifts", "visits", "topics", "meetings")
             for param in ("state", "estate", "cursor", "limit", "extra")]  # fmt: skip
    paths += ["/visits?elder_id=", "/visits?visitor_id=", "/shifts/", "/visits/", "/resolutions/"]
    async with views.client("desk", xx="operator") as client:
        for path in paths:
            for value in ("\0", "'; drop table view.build; --", "-1", "a" * 5000):
                answer = await client.get(path + quote(value))
                assert answer.status_code in {400, 404, 422}, (path, value)
                assert len(value) < 3 or value not in answer.text


async def test_lists_take_an_index_for_whoever_asks(views: Views) -> None:
    await views.project(a_week().records)
    staff, resident = Sight("desk", ("xx", "b"), ()), Sight("tang", (), ("xx", "b"))
    boards = (shift_board, visit_log, topic_board, meeting_board, resolution_board)
    async with views.pool.acquire() as db:
        await db.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        for board in boards:
            for sight in (staff, resident):
                for wanted in ({}, {"state": "open"}, {"state": "completed"}):
                    text, values = board.LISTING.sql(sight, BUILD.number, wanted, Asked())
                    plan = "\n".join(r[0] for r in await db.fetch(f"explain {text}", *values))
                    assert "Index" in plan, plan
                    assert "Seq Scan" not in plan, plan
