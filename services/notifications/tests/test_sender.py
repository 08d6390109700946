"""From the queue to a real mail server, and what is recorded: once, whatever happens between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from linli_local.testing import KeyStore
from linli_notifications.intents.commands import RecordSent
from linli_notifications.mail.queue import QUEUES
from linli_notifications.mail.sender import Sender
from linli_sealed.keyring import KeyRing
from linli_sealed.vault import KeysAway, Vault
from linli_shared.ending import ended

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import SENT, Office, waiting
from shared.tests.broker import until


async def test_what_is_queued_is_sent_and_recorded_and_leaves_the_queue(
    office: Office, mail: MailServer
) -> None:
    li, zhou = await waiting(office, "li", "zhou")
    sender = office.sender(mail.url)
    assert await sender.round() == 0  # there may be more
    assert sorted(letter["To"] for letter in mail.letters) == ["li@example.org", "zhou@example.org"]
    assert {f"<{li}@example.org>", f"<{zhou}@example.org>"} == set(mail.ids)
    assert await office.story(li) == await office.story(zhou) == SENT
    await office.read()
    assert await office.queue() == []
    assert await sender.round() == sender.poll_s


async def test_a_queue_that_is_behind_sends_nothing_twice(office: Office, mail: MailServer) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    await sender.round()
    assert [row.intent_id for row in await office.queue()] == [li]  # not read yet
    await sender.round()
    await office.sender(mail.url).round()
    assert len(mail.letters) == 1
    assert await office.story(li) == SENT


async def test_without_the_key_store_letters_wait_and_go_out_once_it_is_back(
    office: Office, mail: MailServer, key_store: KeyStore
) -> None:
    """Nothing is sent, suppressed or counted as an attempt meanwhile. Seen red where keys that are
    away were taken for destroyed."""
    (li,) = await waiting(office, "li")
    vault = office.store.seal
    assert isinstance(vault, Vault)
    assert isinstance(vault.ring, KeyRing)
    before = await office.story(li)
    key_store.stop()
    try:
        vault.ring._kept.clear()  # as after ten minutes
        with pytest.raises(KeysAway):
            await office.sender(mail.url).round()
        assert (mail.letters, await office.story(li)) == ([], before)
    finally:
        key_store.start()
    await office.sender(mail.url).round()
    assert await office.story(li) == SENT


async def test_views_built_again_send_nothing(
    office: Office, mail: MailServer, urls: dict[str, str]
) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    await sender.round()
    db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    build = await QUEUES.begin(db)
    await db.execute("update view.build set live = false where views = $1", QUEUES.name)
    await db.execute(
        "update view.build set live = true where views = $1 and number = $2",
        QUEUES.name, build.number,
    )  # fmt: skip
    await db.close()
    QUEUES._live = (float("-inf"), 0)
    try:
        for events in range(1, 6):  # at each moment of the rebuild
            await office.read(build.number, until=events)
            await office.sender(mail.url).round()
    finally:
        QUEUES._live = (float("-inf"), 0)
    assert len(mail.letters) == 1
    assert await office.story(li) == SENT


async def test_the_same_event_again_makes_no_second_intent(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    await sender.round()
    assert await office.ask("li") == li
    await office.read()
    await sender.round()
    assert (len(mail.letters), await office.story(li)) == (1, SENT)


# --- kills -----------------------------------------------------------------------------------


async def test_a_kill_between_the_servers_yes_and_the_record_sends_again_under_the_same_id(
    office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (li,) = await waiting(office, "li")

    async def killed(*given: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Sender, "_record", killed)
        with pytest.raises(asyncio.CancelledError):
            await office.sender(mail.url).round()
    assert await office.story(li) == SENT[:2]
    await office.sender(mail.url).round()
    await office.read()
    await office.sender(mail.url).round()
    assert mail.ids == [f"<{li}@example.org>"] * 2
    assert await office.story(li) == SENT


async def test_a_kill_after_the_record_sends_nothing_more(office: Office, mail: MailServer) -> None:
    (li,) = await waiting(office, "li")
    first = office.sender(mail.url)
    (row,) = await first._due()
    await first.round()
    await first._record(row, RecordSent(attempt=1, locale="zh"), "sent")  # type: ignore[arg-type]
    assert await office.story(li) == SENT


async def test_a_yes_that_comes_after_the_end_of_its_life_is_recorded(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")

    async def slow() -> None:
        office.now = office.now.replace(day=office.now.day + 4)
        await office.fire()

    mail.before_yes = slow
    await office.sender(mail.url).round()
    assert await office.story(li) == [*SENT[:2], "Suppressed expired", "Sent 1"]


async def test_a_store_that_is_away_is_waited_for_and_the_message_not_sent_again(
    office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (li,) = await waiting(office, "li")
    sender, asked = office.sender(mail.url, poll_s=0.01), Sender._ask
    failures = [OSError("gone"), OSError("still gone")]

    async def away(self: Sender, row: Any, command: Any, what: str) -> Any:
        if isinstance(command, RecordSent) and failures:
            raise failures.pop()
        return await asked(self, row, command, what)

    monkeypatch.setattr(Sender, "_ask", away)
    await sender.round()
    assert (len(mail.letters), await office.story(li)) == (1, SENT)


# --- who sends


async def test_who_loses_the_lease_stops_after_the_message_in_hand(
    office: Office, mail: MailServer
) -> None:
    await waiting(office, "li", "zhou")
    sender = office.sender(mail.url)

    async def lost() -> None:
        sender._leases.held.clear()

    mail.before_yes = lost
    await sender.round()
    assert len(mail.letters) == 1


async def test_of_two_processes_one_sends_and_the_other_takes_over(
    office: Office, mail: MailServer
) -> None:
    one, two = (
        office.sender(mail.url, owner=owner, lease_s=1, poll_s=0.05) for owner in ("one", "two")
    )
    first = asyncio.create_task(one.run())
    await until(holds(lambda: bool(one._leases.held)))
    second = asyncio.create_task(two.run())
    await waiting(office, "li", "zhou")
    await until(holds(lambda: len(mail.letters) == 2), 30)
    assert not two._leases.held
    await ended(first)
    (wu,) = await waiting(office, "wu")
    await until(holds(lambda: len(mail.letters) == 3), 30)

    async def recorded() -> bool:
        return await office.story(wu) == SENT

    await until(recorded, 30)
    await ended(second)
    assert len(set(mail.ids)) == 3


def holds(is_so: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return is_so()

    return asked
