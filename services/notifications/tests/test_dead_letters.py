"""What could not be sent is a task for those at the desk, until somebody has seen to it."""

from typing import Any
from uuid import uuid4

import pytest

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import Office, waiting


async def refused(office: Office, mail: MailServer, *people: str) -> list[Any]:
    """Each has a message that the mail server refuses for good."""
    intents = await waiting(office, *people)
    mail.answers = ["550 5.1.1 no such user"] * len(people)
    await office.sender(mail.url).round()
    await office.read()
    return intents


async def asked(office: Office, role: str, query: str = "", estate: str = "xx") -> Any:
    async with office.client("desk", **{estate: role}) as client:
        return await client.get(f"/dead-letters{query}")


async def settle(office: Office, intent: Any, role: str = "operator", estate: str = "xx") -> Any:
    async with office.client("desk", **{estate: role}) as client:
        key = {"Idempotency-Key": str(uuid4())}
        body = {"remedy": "told_otherwise"}
        return await client.post(f"/dead-letters/{intent}/settle", json=body, headers=key)


async def test_what_could_not_be_sent_is_on_the_desk_until_it_is_settled(
    office: Office, mail: MailServer
) -> None:
    """Checked by taking the fold of `DeadLettered` away: nothing is on the desk, and this fails."""
    li, zhou = await refused(office, mail, "li", "zhou")
    found = (await asked(office, "operator")).json()["items"]
    assert {one["intent_id"] for one in found} == {str(li), str(zhou)}
    assert {(one["state"], one["reason"], one["attempts"]) for one in found} == {
        ("open", "refused", 1)
    }
    assert "@" not in str(found)
    answer = await settle(office, li)
    assert answer.status_code == 200, answer.text
    assert (await office.story(li))[-1] == "DeadLetterSettled"
    await office.read()
    (left,) = (await asked(office, "operator", "?state=open")).json()["items"]
    assert left["intent_id"] == str(zhou)
    (done,) = (await asked(office, "operator", "?state=settled")).json()["items"]
    assert (done["remedy"], done["settled_by"]) == ("told_otherwise", "desk")
    assert done["version"] == answer.json()["version"]


async def test_a_message_that_is_not_dead_or_is_settled_cannot_be_settled(
    office: Office, mail: MailServer
) -> None:
    (li,) = await refused(office, mail, "li")
    (zhou,) = await waiting(office, "zhou")
    assert (await settle(office, li)).status_code == 200
    for intent in (li, zhou):
        answer = await settle(office, intent)
        assert (answer.status_code, answer.json()["code"]) == (409, "INVALID_TRANSITION")


@pytest.mark.parametrize("role", ["resident", "volunteer", "mediator", "company_user"])
async def test_only_those_at_the_desk_see_and_settle(
    office: Office, mail: MailServer, role: str
) -> None:
    (li,) = await refused(office, mail, "li")
    for answer in (await asked(office, role), await settle(office, li, role)):
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_PERMITTED")


async def test_a_dead_letter_of_another_estate_does_not_exist(
    office: Office, mail: MailServer
) -> None:
    (li,) = await refused(office, mail, "li")
    assert (await asked(office, "operator", estate="b")).json()["items"] == []
    assert (await asked(office, "operator", "?estate=xx", "b")).status_code == 404
    answer = await settle(office, li, estate="b")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_pages_hold_every_dead_letter_once(office: Office, mail: MailServer) -> None:
    people = [f"p{n}" for n in range(5)]
    await refused(office, mail, *people)
    found, following = [], ""
    while True:
        page = (await asked(office, "operator", f"?limit=2{following}")).json()
        found += [one["person_id"] for one in page["items"]]
        if page["next"] is None:
            break
        following = f"&cursor={page['next']}"
    assert sorted(found) == people
