"""What becomes of an intent: sent once, by day, in time; or a reason why not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_notifications.addresses.domain import Address
from linli_notifications.intents.commands import (
    ExpireIntent,
    RequestIntent,
    ResumeIntent,
    SettleDeadLetter,
)
from linli_notifications.intents.domain import INTENTS, fired
from linli_notifications.intents.events import Deferred, Failed, Why
from linli_notifications.terms import Locale, Severity, Wish
from linli_shared.decider import Cancel, Timer
from linli_shared.messages import SYSTEM, Command

from services.notifications.tests.an_intent import (
    DEAD,
    DEFERRED,
    EVERY_FAILURE,
    EXPIRES,
    INTENT,
    MORNING,
    NIGHT,
    NOON,
    NOTHING,
    POLICY,
    REQUESTED,
    SENT,
    WAITING,
    check,
    failed,
    failure,
    linli,
    of,
    queued,
    requested,
    sent,
    suppressed,
    wanted,
)

RETRYING = WAITING.given(failed())
RETRY = POLICY.retry(INTENT, 1, NOON) or NOON
HOURS = timedelta(hours=1)


# --- requested -------------------------------------------------------------------------------


def test_by_day_it_is_queued_at_once_and_its_end_is_set() -> None:
    NOTHING.when(linli(wanted())).then(REQUESTED, queued())
    NOTHING.when(linli(wanted())).reminds(Timer("expire", EXPIRES))


def test_the_same_message_asked_for_again_is_no_second_intent() -> None:
    for spec in (WAITING, WAITING.given(SENT), NOTHING.given(REQUESTED, suppressed(Why.EXPIRED))):
        spec.when(linli(wanted())).then()


def test_news_that_is_too_old_is_recorded_and_never_sent() -> None:
    late = linli(wanted(), EXPIRES)
    of_late = {**of(EXPIRES)}
    told = REQUESTED.model_copy(update=of_late)
    NOTHING.when(late).then(told, suppressed(Why.EXPIRED, EXPIRES))
    NOTHING.when(late).reminds(Timer("expire", EXPIRES), Cancel())


@pytest.mark.parametrize(
    ("severity", "lives"),
    [("info", 72), ("action", 72), ("urgent", 24), ("critical", 2)],
)
def test_how_long_news_lives_depends_on_how_much_it_matters(severity: str, lives: int) -> None:
    asked, end = wanted(Severity(severity)), NOON + lives * HOURS
    NOTHING.when(linli(asked)).then(requested(Severity(severity)), queued())
    NOTHING.when(linli(asked)).reminds(Timer("expire", end))


@pytest.mark.parametrize("severity", ["info", "action", "urgent"])
def test_at_night_it_waits_for_the_morning(severity: str) -> None:
    asked = linli(wanted(Severity(severity), NIGHT), NIGHT)
    _, second = INTENTS.decide(asked, None)
    assert second == DEFERRED


def test_what_is_critical_goes_at_night() -> None:
    asked = linli(wanted(Severity.CRITICAL, NIGHT), NIGHT)
    assert INTENTS.decide(asked, None)[1] == queued(at=NIGHT)


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2020-10-09T21:59:59", None),
        ("2020-10-09T22:00:00", "2020-10-10T07:00:00"),
        ("2020-10-09T23:59:59", "2020-10-10T07:00:00"),
        ("2020-10-10T00:00:00", "2020-10-10T07:00:00"),
        ("2020-10-10T06:59:59", "2020-10-10T07:00:00"),
        ("2020-10-10T07:00:00", None),
        ("2020-12-31T22:00:00", "2021-01-01T07:00:00"),
    ],
)
def test_the_night_is_from_22_to_7_local_time(local: str, until: str | None) -> None:
    at = datetime.fromisoformat(f"{local}+08:00")
    allowed = POLICY.allowed(at, Severity.URGENT)
    assert allowed == (datetime.fromisoformat(f"{until}+08:00") if until else at)


# --- deferred and retrying -------------------------------------------------------------------


def test_in_the_morning_it_is_queued() -> None:
    deferred = NOTHING.given(REQUESTED, DEFERRED)
    deferred.when(linli(ResumeIntent(due=MORNING), MORNING)).then(queued(at=MORNING))
    NOTHING.when(linli(wanted(recorded_at=NIGHT), NIGHT)).reminds(
        Timer("expire", NIGHT + timedelta(days=3)), Timer("resume", MORNING)
    )


def test_a_timer_that_was_moved_says_nothing() -> None:
    deferred = NOTHING.given(REQUESTED, DEFERRED)
    deferred.when(linli(ResumeIntent(due=NIGHT), MORNING)).then()
    deferred.when(linli(ExpireIntent(due=NIGHT), MORNING)).then()


def test_a_failed_attempt_is_repeated_after_a_pause() -> None:
    WAITING.when(failure()).then(failed())
    WAITING.when(failure()).reminds(Timer("resume", RETRY))
    RETRYING.when(linli(ResumeIntent(due=RETRY), RETRY)).then(queued(2, RETRY))


def test_a_pause_that_ends_at_night_ends_in_the_morning() -> None:
    at = NIGHT - timedelta(seconds=30)
    night = failed(at=at)
    assert night.retry_at
    due = night.retry_at
    resumed = WAITING.given(night).when(linli(ResumeIntent(due=due), due))
    resumed.then(Deferred(**of(due), until=MORNING))


def test_pauses_are_1_5_30_minutes_and_2_hours_a_tenth_more_or_less() -> None:
    for attempt, minutes in enumerate((1, 5, 30, 120), 1):
        for n in range(200):
            at = POLICY.retry(type(INTENT)(int=n), attempt, NOON)
            assert at
            assert 0.9 * minutes <= (at - NOON) / timedelta(minutes=1) <= 1.1 * minutes
    spread = {POLICY.retry(type(INTENT)(int=n), 4, NOON) for n in range(200)}
    assert len(spread) > 150


def test_after_the_fifth_attempt_it_is_given_up() -> None:
    fifth = NOTHING.given(REQUESTED, *EVERY_FAILURE[:-1])
    last = failed(5)
    assert last.retry_at is None
    fifth.when(failure(5)).then(last, DEAD)
    fifth.when(failure(5)).reminds(Cancel())


def test_what_no_attempt_can_mend_is_given_up_at_once() -> None:
    last = failed().model_copy(update={"retry_at": None})
    WAITING.when(failure(final=True)).then(last, DEAD.model_copy(update={"attempts": 1}))


# --- sent, or not ----------------------------------------------------------------------------


def test_nothing_is_in_the_way_of_what_somebody_wants_and_may_get_now() -> None:
    WAITING.when(check()).then()
    RETRYING.given(queued(2, RETRY)).when(check(RETRY, 2)).then()


@pytest.mark.parametrize(
    ("address", "severity", "reason"),
    [
        (None, "critical", Why.NO_ADDRESS),
        (Address("li"), "info", Why.NO_ADDRESS),
        (Address("li", "li@example.org", Locale.ZH, Wish.NONE), "urgent", Why.PREFERENCE),
        (Address("li", "li@example.org", Locale.ZH, Wish.ACTION), "info", Why.PREFERENCE),
        (Address("li", "li@example.org", Locale.ZH, Wish.ACTION), "action", None),
        (Address("li", "li@example.org", Locale.EN, Wish.ALL), "info", None),
    ],
)
def test_what_the_person_said_counts_when_it_would_be_sent(
    address: Address | None, severity: str, reason: Why | None
) -> None:
    waiting = NOTHING.given(requested(Severity(severity)), queued())
    waiting.when(check(address=address)).then(*[suppressed(reason)] if reason else [])


def test_who_has_withdrawn_consent_is_not_written_to() -> None:
    WAITING.when(check(objected=True)).then(suppressed(Why.CONSENT))
    WAITING.when(check(objected=True)).reminds(Cancel())
    WAITING.when(check(objected=True, address=None)).then(suppressed(Why.NO_ADDRESS))


def test_what_waited_too_long_in_the_queue_is_not_sent_late() -> None:
    WAITING.when(check(EXPIRES)).then(suppressed(Why.EXPIRED, EXPIRES))
    WAITING.when(check(EXPIRES)).reminds(Cancel())


def test_what_waited_into_the_night_waits_for_the_morning() -> None:
    WAITING.when(check(NIGHT)).then(DEFERRED)
    WAITING.when(check(NIGHT)).reminds(Timer("resume", MORNING))


def test_what_is_from_before_sending_began_is_not_sent() -> None:
    since = NOON + timedelta(seconds=1)
    WAITING.when(check(since=since)).then(suppressed(Why.BEFORE_START))


def test_the_end_of_its_life_finds_it_wherever_it_waits() -> None:
    expire = linli(ExpireIntent(due=EXPIRES), EXPIRES)
    for spec in (WAITING, RETRYING, NOTHING.given(REQUESTED, DEFERRED)):
        spec.when(expire).then(suppressed(Why.EXPIRED, EXPIRES))
    WAITING.given(SENT).when(expire).rejected("INVALID_TRANSITION")


def test_what_was_sent_is_over() -> None:
    WAITING.when(sent()).then(SENT)
    WAITING.when(sent()).reminds(Cancel())
    over = WAITING.given(SENT)
    for command in (check(), sent(), failure(), linli(ResumeIntent(due=NOON))):
        over.when(command).rejected("INVALID_TRANSITION")


def test_an_attempt_that_is_over_is_not_checked_again() -> None:
    second = RETRYING.given(queued(2, RETRY))
    second.when(check(RETRY, 1)).rejected("INVALID_TRANSITION")


@pytest.mark.parametrize("meanwhile", [suppressed(Why.EXPIRED), failed(), DEFERRED])
def test_a_server_that_took_it_is_believed_whatever_was_recorded_meanwhile(meanwhile: Any) -> None:
    WAITING.given(meanwhile).when(sent()).then(SENT)
    WAITING.given(*EVERY_FAILURE[1:], DEAD).when(sent()).then(SENT)


# --- timers and roles ------------------------------------------------------------------------


def test_what_a_timer_says() -> None:
    assert fired("resume", NOON) == ResumeIntent(due=NOON)
    assert fired("expire", NOON) == ExpireIntent(due=NOON)
    assert INTENTS.remind(None, queued()) == []
    assert isinstance(failed(5), Failed)


def test_nobody_but_linli_itself_asks_anything_of_an_intent_that_is_not_dead() -> None:
    ours = [c for c in Command.known.values() if c.__module__.endswith("intents.commands")]
    assert RequestIntent in ours
    own = [command for command in ours if command is not SettleDeadLetter]
    assert {role for command in own for role in command.by} == {SYSTEM}
    assert SYSTEM not in SettleDeadLetter.by
