"""From the queue to a real mail server, and what is recorded: once, whatever happens between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from linli_notifications.intents.commands import RecordSent
from linli_notifications.mail.queue import QUEUES
from linli_notifications.mail.sender import Sender

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import Office
from shared.tests.broker import until

SENT = ["NotificationRequested", "Queued 1", "Sent 1"]


async def waiting(office: Office, *people: str, **more: Any) -> list[Any]:
    """People with an address, each with a message in the queue."""
    for person in people:
        await office.set_address(person)
    found = [await office.ask(person, **more) for person in people]
    await office.read()
    return found


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


# --- servers that refuse ---------------------------------------------------------------------


async def test_a_greylisted_message_comes_with_the_next_attempt(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    mail.answers = ["451 4.7.1 Greylisted"]
    await sender.round()
    await office.read()
    await sender.round()
    assert mail.calls == 1  # not before its time
    await office.later(seconds=67)
    await sender.round()
    story = ["NotificationRequested", "Queued 1", "Failed put_off", "Queued 2", "Sent 2"]
    assert await office.story(li) == story
    assert mail.ids == [f"<{li}@example.org>"]


async def test_a_message_nobody_takes_is_given_up_after_five_attempts(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    mail.answers = ["451 4.7.1 Greylisted"] * 9
    for minutes in (0, 1.2, 6, 34, 134, 999):
        await office.later(minutes=minutes)
        await sender.round()
    assert mail.calls == 5
    assert (await office.story(li))[-2:] == ["Failed put_off", "DeadLettered put_off"]
    assert await office.fire() == 0


async def test_a_mailbox_that_is_not_there_is_asked_once_and_others_get_theirs(
    office: Office, mail: MailServer
) -> None:
    li, zhou = await waiting(office, "li", "zhou")
    mail.answers = ["550 5.1.1 no such user"]
    assert await office.sender(mail.url).round() == 0
    stories = sorted([await office.story(li), await office.story(zhou)], key=len)
    assert stories[0] == SENT
    assert stories[1][2:] == ["Failed refused", "DeadLettered refused"]


async def test_while_no_server_is_there_one_message_tries_and_the_others_wait(
    office: Office, mail: MailServer
) -> None:
    intents = await waiting(office, "li", "zhou", "wu")
    sender = office.sender("smtp://127.0.0.1:9", pause_s=7)
    assert await sender.round() == 7
    stories = [await office.story(intent) for intent in intents]
    assert sorted(map(len, stories)) == [2, 2, 3]
    assert ["NotificationRequested", "Queued 1", "Failed unreachable"] in stories


# --- whom, when, and who sends ---------------------------------------------------------------


async def test_each_message_that_is_not_sent_has_its_reason(
    office: Office, mail: MailServer
) -> None:
    await office.set_address("zhou", wish="none")
    await office.set_address("wu", wish="action")
    await office.set_address("sun")
    assert (await office.remove_address("sun")).status_code == 200
    reasons = {}
    for person in ("li", "zhou", "wu", "sun"):
        reasons[person] = await office.ask(person)
    await office.read()
    assert await office.sender(mail.url).round() == 1
    told = {person: (await office.story(intent))[2:] for person, intent in reasons.items()}
    assert told == {
        "li": ["Suppressed no_address"], "zhou": ["Suppressed preference"],
        "wu": ["Suppressed preference"], "sun": ["Suppressed no_address"],
    }  # fmt: skip
    assert mail.calls == 0


async def test_what_was_meant_for_the_day_and_waited_goes_in_the_morning(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    sender = office.sender(mail.url)
    await office.later(hours=10)  # 22:00
    await sender.round()
    assert mail.calls == 0
    await office.later(hours=9)
    await sender.round()
    story = ["NotificationRequested", "Queued 1", "Deferred", "Queued 1", "Sent 1"]
    assert await office.story(li) == story
    assert len(mail.letters) == 1


async def test_while_nobody_sends_messages_wait_and_then_expire(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    await office.later(days=3)
    assert (await office.story(li))[2:] == ["Suppressed expired"]
    await office.sender(mail.url).round()
    assert mail.calls == 0


async def test_sending_begins_now_or_at_the_beginning_and_that_is_decided_once(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li")
    await office.later(minutes=1)
    begun = office.now
    await office.sender(mail.url, start="now").round()
    assert (await office.story(li))[2:] == ["Suppressed before_start"]
    await office.later(minutes=1)
    (zhou,) = await waiting(office, "zhou")
    await office.later(minutes=1)
    later = office.sender(mail.url, start="now")
    await later.round()
    assert await office.story(zhou) == SENT
    assert await later.since() == begun
    assert await office.sender(mail.url, start="beginning").since() == begun


async def test_a_message_in_a_template_of_a_newer_version_is_tried_later(
    office: Office, mail: MailServer
) -> None:
    (li,) = await waiting(office, "li", template="case_sold")
    assert await office.sender(mail.url).round() == 0
    assert (await office.story(li))[2:] == ["Failed template_unknown"]


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
    await until(holds(lambda: len(mail.letters) == 2))
    assert not two._leases.held
    first.cancel()
    await asyncio.wait([first])
    (wu,) = await waiting(office, "wu")
    await until(holds(lambda: len(mail.letters) == 3))
    second.cancel()
    await asyncio.wait([second])
    assert len(set(mail.ids)) == 3
    assert await office.story(wu) == SENT


def holds(is_so: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return is_so()

    return asked
