"""What could not be sent is a task for those at the desk, until somebody has seen to it."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from linli_local.testing import Stack

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import Office, waiting

TABLES = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')"""


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


async def test_of_a_dead_letter_neither_the_address_nor_what_the_server_said_lies_anywhere(
    office: Office, mail: MailServer, urls: dict[str, str], stack: Stack,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """In no table, no line of a log and no answer."""
    (intent,) = await waiting(office, "li", params={"case_no": "XX-1"})
    mail.answers = ["550 5.1.1 <li@example.org> of 13800001234: no such user"]
    await office.sender(mail.url).round()
    await office.read()
    assert (await office.story(intent))[-1].startswith("DeadLettered")
    said = (await asked(office, "operator")).text + "".join(capfd.readouterr())
    database = urls["LINLI_OWNER_URL"].rpartition("/")[2]
    places = await holding(f"{stack.admin_url.rpartition('/')[0]}/{database}", str(intent))
    assert places, "the search is blind"
    for planted in ("li@example", "13800001234"):
        assert planted not in said
        assert not await holding(f"{stack.admin_url.rpartition('/')[0]}/{database}", planted)


async def holding(url: str, text: str) -> set[str]:
    """The tables that hold it."""
    db = await asyncpg.connect(url)
    try:
        return {
            table
            for (table,) in await db.fetch(TABLES)
            if await db.fetchval(
                f"select exists (select from {table} t where t::text like $1)", f"%{text}%"
            )
        }
    finally:
        await db.close()
