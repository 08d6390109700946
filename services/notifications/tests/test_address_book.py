"""Addresses over HTTP, on real PostgreSQL: each person their own, and nothing of anybody else's."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from linli_notifications.addresses.domain import ADDRESSES, Address, address_of
from linli_notifications.terms import Locale, Wish

from services.notifications.tests.an_office import ESTATE, Office


async def post(
    client: httpx.AsyncClient, path: str = "/addresses", key: str = "", **body: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await client.post(path, json=body, headers=headers)


async def known(office: Office, person: str, estate: str = ESTATE) -> Address | None:
    return (await office.store.load(ADDRESSES, [estate], address_of(estate, person))).state


async def test_a_person_sets_replaces_and_removes_their_address(office: Office) -> None:
    first = await office.set_address("li")
    assert first.headers["etag"] == '"1"'
    assert first.headers["location"] == f"/addresses/{address_of(ESTATE, 'li')}"
    assert first.headers["linli-position"].startswith("linli.notifications.v1/")
    second = await office.set_address("li", email="new@example.org", locale="en", wish="action")
    assert second.json() == {"id": str(address_of(ESTATE, "li")), "version": 2}
    wanted = Address("li", "new@example.org", Locale.EN, Wish.ACTION)
    assert await known(office, "li") == wanted
    assert (
        await office.set_address("li", email="new@example.org", locale="en", wish="action")
    ).json()["version"] == 2
    assert (await office.remove_address("li")).status_code == 200
    assert await known(office, "li") == Address("li")


async def test_a_retry_is_answered_as_the_first_time_and_another_body_refused(
    office: Office,
) -> None:
    async with office.client("li", xx="resident", b="resident") as client:
        mine = {"estate_id": ESTATE, "email": "li@example.org"}
        first = await post(client, key="k", **mine)
        await post(client, **{**mine, "email": "new@example.org"})
        again = await post(client, key="k", **mine)
        assert (again.status_code, again.json()) == (201, first.json())
        for other in ({"email": "x@example.org"}, {"estate_id": "b"}):
            answer = await post(client, key="k", **{**mine, **other})
            assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert await known(office, "li", "b") is None


async def test_addresses_of_two_people_and_two_estates_have_nothing_in_common(
    office: Office,
) -> None:
    await office.set_address("li")
    await office.set_address("zhou")
    async with office.client("li", b="resident") as client:
        await post(client, estate_id="b", email="li@b.example")
        answer = await post(client, estate_id=ESTATE, email="li@b.example")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        path = f"/addresses/{address_of(ESTATE, 'li')}/remove"
        assert (await post(client, path)).status_code == 404
    emails = [
        address.email
        for address in (
            await known(office, "li"), await known(office, "zhou"), await known(office, "li", "b")
        )
        if address
    ]  # fmt: skip
    assert emails == ["li@example.org", "zhou@example.org", "li@b.example"]


async def test_nobody_sets_or_removes_the_address_of_another_whatever_they_are_or_send(
    office: Office,
) -> None:
    await office.set_address("li")
    for role in ("resident", "operator", "estate_manager", "company_user", "auditor"):
        async with office.client("sun", xx=role) as client:
            path = f"/addresses/{address_of(ESTATE, 'li')}/remove"
            answer = await post(client, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
            forged = await post(client, estate_id=ESTATE, email="sun@example.org", person_id="li")
            assert (forged.status_code, forged.json()["code"]) == (422, "VALIDATION_FAILED")
    assert await known(office, "li") == Address("li", "li@example.org")


@pytest.mark.parametrize(
    "email", ["li", "li@example.org\r\nBcc: all@example.org", "", None, ["li@example.org"], "\0"]
)
async def test_what_is_no_address_is_refused_and_not_echoed(office: Office, email: Any) -> None:
    async with office.client("li", xx="resident") as client:
        answer = await post(client, estate_id=ESTATE, email=email)
    assert answer.status_code in {400, 422}
    assert "Bcc" not in answer.text
    assert await known(office, "li") is None


async def test_an_address_stands_in_no_event_of_an_intent_and_in_no_view(
    office: Office, mail: Any
) -> None:
    await office.set_address("li")
    mail.answers = ["450 4.2.0 <li@example.org> try later"]
    await office.ask("li")
    await office.read()
    await office.sender(mail.url).round()
    await office.read()
    rows = await office.relay.fetch("select type, data from es.event")
    holding = {row["type"].split(".")[2] for row in rows if "@" in row["data"]}
    assert holding == set()
    assert "@" not in json.dumps([str(row) for row in await office.queue()])
