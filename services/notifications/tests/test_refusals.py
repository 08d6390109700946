"""Messages that are not sent, or not yet: whose fault, until when, and the reason recorded."""

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import SENT, Office, waiting

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


# --- whom and when ---------------------------------------------------------------------------


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
