"""A case 事件 whose reporter says nothing, and what all timers of a case have in common."""

from datetime import timedelta

import pytest
from linli_cases.complaints.commands import CloseUnconfirmed, ConfirmCase, ReopenCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseClosed
from linli_cases.complaints.reminders import fired
from linli_cases.complaints.terms import Clock, Status
from linli_shared.decider import Cancel, Timer

from services.cases.tests.a_case import (
    DONE,
    FINISHED,
    LI,
    NOW,
    PAST,
    REOPENED,
    RESOLVED,
    by,
    of,
    told,
)

DUE = RESOLVED.confirm_due
CLOSED = CaseClosed(
    **of("system:timer", occurred_at=DUE),
    confirmed_by="timeout",
    reopen_until=DUE + timedelta(days=30),
)


def closing(late: timedelta = timedelta()) -> CloseUnconfirmed:
    command = fired("close", DUE)
    assert isinstance(command, CloseUnconfirmed)
    return told(command, DUE + late)


def test_after_seven_days_of_silence_it_is_closed() -> None:
    assert NOW + timedelta(days=7) == DUE
    DONE.when(closing()).then(CLOSED)
    DONE.when(closing()).reminds(Cancel("close"))


def test_the_reporter_has_thirty_days_from_when_it_was_closed() -> None:
    late = timedelta(hours=5)
    until = DUE + late + timedelta(days=30)
    DONE.when(closing(late)).then(CLOSED.model_copy(update={"reopen_until": until}))


@pytest.mark.parametrize("status", sorted({*Status} - {Status.RESOLVED}))
def test_the_timer_says_nothing_where_nobody_waits_for_the_reporter(status: Status) -> None:
    events = CASES.decide(closing(), CASES.fold(PAST[status]))
    assert not any(isinstance(event, CaseClosed) for event in events)


def test_a_later_resolution_has_seven_days_of_its_own() -> None:
    again = RESOLVED.model_copy(update={"confirm_due": DUE + timedelta(days=2)})
    spec = DONE.given(REOPENED, again)
    spec.when(closing()).then()
    spec.when(told(CloseUnconfirmed(due=again.confirm_due), again.confirm_due)).then(
        CLOSED.model_validate(
            CLOSED.model_dump()
            | {"occurred_at": again.confirm_due, "reopen_until": DUE + timedelta(days=32)}
        )
    )


def test_whoever_answers_cancels_it() -> None:
    DONE.when(by(LI, ConfirmCase())).reminds(Cancel("close"))
    DONE.when(by(LI, ReopenCase(reason="又坏了"))).reminds(Cancel("close"))
    FINISHED.when(by(LI, ReopenCase(reason="又坏了"))).reminds()


@pytest.mark.parametrize("status", Status)
def test_a_timer_is_set_for_what_a_state_waits_for_and_for_nothing_else(status: Status) -> None:
    """Whatever sets and cancels them on the way: what stands is what the last state asks for."""
    standing = {}
    for change in CASES.reminders(None, PAST[status]):
        match change:
            case Timer():
                standing[change.name] = change.due
            case Cancel():
                assert change.name
                del standing[change.name]
    clocks = {f"sla-{clock}" for clock in Clock}
    expected = {
        Status.NEW: clocks,
        Status.ACKNOWLEDGED: clocks - {"sla-ack"},
        Status.ASSIGNED: clocks - {"sla-ack"},
        Status.IN_PROGRESS: clocks - {"sla-ack"},
        Status.PENDING: clocks - {"sla-ack"} | {"resume"},
        Status.RESOLVED: {"close"},
    }
    assert {*standing} == expected.get(status, set())
