"""What holds of an intent whatever is asked of it, in whatever order and at whatever time."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from linli_notifications.addresses.domain import Address
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.events import (
    DeadLettered,
    Deferred,
    Failed,
    IntentEvent,
    NotificationRequested,
    Queued,
    Sent,
    Suppressed,
)
from linli_notifications.intents.state import Intent, Status
from linli_notifications.terms import Severity
from linli_shared.decider import Cancel, Rejected, Timer

from services.notifications.tests.an_intent import (
    LI,
    NOON,
    POLICY,
    check,
    failure,
    linli,
    sent,
    wanted,
)

OVER = {Status.SENT, Status.SUPPRESSED, Status.DEAD_LETTERED}
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["timer", "timer", "check", "failed", "failed", "sent", "request"]),
        st.timedeltas(timedelta(0), timedelta(hours=9)),
        st.integers(0, 1),  # of the attempt before, too
        st.sampled_from([LI, LI, LI, None]),
    ),
    max_size=30,
)


class Life:
    """An intent, the clock, and its timers, which fire when they are due, at the earliest."""

    def __init__(self, severity: Severity, hour: int) -> None:
        self.now = NOON + timedelta(hours=hour)
        self.state: Intent | None = None
        self.events: list[IntentEvent] = []
        self.timers: dict[str, datetime] = {}
        self.request = wanted(severity, self.now)
        self.happens(INTENTS.decide(linli(self.request, self.now), None))

    def happens(self, events: Sequence[IntentEvent]) -> None:
        for reminder in INTENTS.reminders(self.state, events):
            match reminder:
                case Timer():
                    self.timers[reminder.name] = reminder.due
                case Cancel():
                    self.timers.clear()
        self.state = INTENTS.fold(events, self.state)
        self.events += events

    def turn(self, what: str, later: timedelta, stale: int, address: Address | None) -> None:
        assert self.state
        attempt = max(1, self.state.failed + 1 - stale)
        self.now += later
        with suppress(Rejected):
            match what:
                case "timer" if self.timers:
                    name, due = min(self.timers.items(), key=lambda timer: timer[1])
                    self.now = max(self.now, due)
                    del self.timers[name]
                    command = INTENTS.fired(name, due)
                    self.happens(INTENTS.decide(linli(command, self.now), self.state))
                case "check":
                    asked = check(self.now, attempt, address)
                    self.happens(INTENTS.decide(asked, self.state))
                case "failed":
                    self.happens(INTENTS.decide(failure(attempt, self.now), self.state))
                case "sent":
                    self.happens(INTENTS.decide(sent(attempt, self.now), self.state))
                case "request":
                    self.happens(INTENTS.decide(linli(self.request, self.now), self.state))


LIVES = st.builds(
    lambda severity, hour, turns: lived(Life(severity, hour), turns),
    st.sampled_from(Severity), st.integers(0, 23), TURNS,
)  # fmt: skip


def lived(life: Life, turns: Sequence[tuple[str, timedelta, int, Address | None]]) -> Life:
    for turn in turns:
        life.turn(*turn)
    return life


@given(LIVES)
def test_it_is_asked_for_once_and_recorded_as_sent_at_most_once(life: Life) -> None:
    assert sum(isinstance(e, NotificationRequested) for e in life.events) == 1
    assert sum(isinstance(e, Sent) for e in life.events) <= 1
    assert sum(isinstance(e, DeadLettered) for e in life.events) <= 1


@given(LIVES)
def test_it_never_waits_for_nothing(life: Life) -> None:
    """A timer, or the queue, will take it on until it is over; then nothing does."""
    assert life.state
    if life.state.status in OVER:
        assert not life.timers
    elif life.state.status is not Status.QUEUED and life.now < life.state.expires_at:
        assert life.state.resume_at
        assert life.timers.get("resume", life.state.resume_at) == life.state.resume_at


@given(LIVES)
def test_nothing_is_queued_late_or_by_night(life: Life) -> None:
    assert life.state
    for event in life.events:
        if isinstance(event, Queued):
            assert event.occurred_at < life.state.expires_at
            assert POLICY.allowed(event.occurred_at, life.state.severity) == event.occurred_at
        if isinstance(event, Deferred):
            assert event.until > event.occurred_at


@given(LIVES)
def test_attempts_are_counted_up_and_at_most_five(life: Life) -> None:
    attempts = [e.attempt for e in life.events if isinstance(e, Failed)]
    assert all(1 <= attempt <= 5 for attempt in attempts)
    queued = [e.attempt for e in life.events if isinstance(e, Queued)]
    assert queued == sorted(queued)


@given(LIVES)
def test_after_its_end_only_a_servers_yes_may_come(life: Life) -> None:
    ends = [n for n, e in enumerate(life.events) if isinstance(e, Sent | Suppressed | DeadLettered)]
    if ends:
        assert all(isinstance(e, Sent) for e in life.events[ends[0] + 1 :])
