"""What a client may rely on when it sends a command: once, in order, one answer."""

import asyncio
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from tests.conftest import Linli, complaint


async def test_the_same_key_fifty_times_in_parallel_is_one_case_and_one_answer(
    linli: Linli, estate: str
) -> None:
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        key, body = str(uuid4()), complaint(estate)
        answers = await asyncio.gather(*(li.command("/cases", body, key=key) for _ in range(50)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert len({(a.headers["etag"], a.headers["location"]) for a in answers}) == 1


async def test_a_key_with_another_body_is_refused(linli: Linli, estate: str) -> None:
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        key = str(uuid4())
        first = await li.command("/cases", complaint(estate), key=key)
        other = await li.command("/cases", complaint(estate, title="电梯坏了"), key=key)
        again = await li.command("/cases", complaint(estate), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert again.text == first.text


async def test_a_refusal_repeated_stays_a_refusal(linli: Linli, estate: str) -> None:
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        first = await li.command("/cases", complaint(estate))
        key, again = str(uuid4()), complaint(estate)
        answers = [await li.command("/cases", again, key=key) for _ in range(3)]
    assert first.status_code == 201
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_OPEN_CASE")
        assert answer.json()["params"]["existing_case_id"] == first.json()["id"]


async def test_a_command_that_was_carried_out_is_answered_so_though_it_would_be_refused_now(
    linli: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "desk", "operator", estate=estate) as desk,
    ):
        case = (await li.command("/cases", complaint(estate))).json()["id"]
        key = str(uuid4())
        first = await desk.command(f"/cases/{case}/acknowledge", key=key)
        await desk.command(f"/cases/{case}/assign", {"assignee_id": "wang"})
        again = await desk.command(f"/cases/{case}/acknowledge", key=key)
        anew = await desk.command(f"/cases/{case}/acknowledge")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.text == first.text
    assert again.headers["etag"] == first.headers["etag"]
    assert (anew.status_code, anew.json()["code"]) == (409, "INVALID_TRANSITION")


async def test_the_first_answer_stands_though_the_version_it_was_made_for_is_past(
    linli: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "desk", "operator", estate=estate) as desk,
    ):
        opened = await li.command("/cases", complaint(estate))
        path, tag = f"/cases/{opened.json()['id']}/acknowledge", opened.headers["etag"]
        key = str(uuid4())
        first = await desk.command(path, key=key, If_Match=tag)
        again = await desk.command(path, key=key, If_Match=tag)
        stale = await desk.command(path, If_Match=tag)
    assert (first.status_code, again.text) == (200, first.text)
    assert (stale.status_code, stale.json()["code"]) == (412, "STREAM_VERSION_CONFLICT")
    assert stale.json()["params"] == {"expected": 1, "actual": 2}


async def test_a_key_of_one_person_is_free_for_another(linli: Linli, estate: str) -> None:
    key = str(uuid4())
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "zhou", "resident", estate=estate) as zhou,
    ):
        first = await li.command("/cases", complaint(estate), key=key)
        second = await zhou.command("/cases", complaint(estate), key=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


async def test_no_client_can_squat_the_id_of_a_command_that_linli_sends_itself(
    linli: Linli, estate: str
) -> None:
    """A client's key is hashed with its subject and route, so the id stored is never its choice."""
    wanted = uuid4()
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        answer = await li.command("/cases", complaint(estate), key=str(wanted))
    assert answer.status_code == 201
    db = await asyncpg.connect(linli.databases["cases"]["LINLI_RELAY_URL"])
    used = await db.fetchval("select count(*) from es.event where command = $1", wanted)
    await db.close()
    assert used == 0


async def test_a_key_is_not_for_the_same_body_in_another_estate(linli: Linli) -> None:
    here, there = f"e{uuid4().hex[:8]}", f"e{uuid4().hex[:8]}"
    async with linli.client("cases", "desk", "operator", estate=[here, there]) as desk:
        key = str(uuid4())
        first = await desk.command("/cases", complaint(here), key=key)
        other = await desk.command("/cases", complaint(there), key=key)
    assert first.status_code == 201
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_a_hundred_for_one_reservation_have_one_winner(linli: Linli, estate: str) -> None:
    """The same report a hundred times, each as a command of its own."""
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        answers = await asyncio.gather(
            *(li.command("/cases", complaint(estate)) for _ in range(100))
        )
    assert [a.status_code for a in answers].count(201) == 1
    refused = [a for a in answers if a.status_code != 201]
    assert {(a.status_code, a.json()["code"]) for a in refused} == {(409, "DUPLICATE_OPEN_CASE")}
    winner = next(a.json()["id"] for a in answers if a.status_code == 201)
    assert {a.json()["params"]["existing_case_id"] for a in refused} == {winner}


async def test_a_hundred_commands_on_one_stream_are_all_carried_out_in_order(
    linli: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "desk", "operator", estate=estate) as desk,
    ):
        case = (await li.command("/cases", complaint(estate))).json()["id"]
        answer = {"channel": "phone", "message": "维修已安排"}
        answers = await asyncio.gather(
            *(desk.command(f"/cases/{case}/respond", answer) for _ in range(100))
        )
    later = [a for a in answers if a.status_code != 200]
    assert all(a.status_code == 503 and "retry-after" in a.headers for a in later)
    versions = sorted(a.json()["version"] for a in answers if a.status_code == 200)
    assert versions == list(range(2, 2 + len(versions)))
    assert len(versions) == 100


async def test_of_another_estate_nothing_exists(linli: Linli, estate: str) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "spy", "operator", estate="elsewhere") as spy,
    ):
        case = (await li.command("/cases", complaint(estate))).json()["id"]
        acted = await spy.command(f"/cases/{case}/acknowledge")
        opened = await spy.command("/cases", complaint(estate))
        forged = await spy.command(f"/cases/{case}/acknowledge", X_Estate=estate)
    for answer in (acted, opened, forged):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_connection_that_rests_is_not_closed_before_clients_close_theirs(linli: Linli) -> None:
    """httpx keeps one for 5 s; a server that does so too closes some as they are used, and whoever
    asked hears nothing. Seen red with uvicorn's 5 s."""
    with closing(HTTPConnection(urlsplit(linli.addresses["cases"]).netloc)) as kept:
        for rests_s in (0, 6):
            time.sleep(rests_s)
            kept.request("GET", "/livez")
            answer = kept.getresponse()
            answer.read()
            assert answer.status == 200
