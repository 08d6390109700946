"""What a reporter is owed beside the work: notes that count, a rating that is answered, and
somebody who asks again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.care_commands import (
    AnswerRating,
    AskAgainWhenDue,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.care_events import (
    RatingAnswered,
    ReporterNoted,
    ReturnVisitDue,
    ReturnVisitRecorded,
)
from linli_cases.complaints.commands import CloseUnconfirmed, ConfirmCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseClosed, CaseEvent, CaseResumed, CaseSuspended
from linli_cases.complaints.reminders import awaited, fired
from linli_cases.complaints.sla import SlaPolicy
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import Channel, Resumption, ReturnVisit, Status, Wait
from linli_cases.sla_policies.commands import SetSlaPolicy
from linli_cases.sla_policies.domain import SLA_POLICIES, key_of
from linli_shared.decider import Cancel, Rejected, Timer
from linli_shared.testing import said
from pydantic import ValidationError

from services.cases.tests.a_case import (
    DENG,
    DONE,
    HE,
    LI,
    MANAGER,
    NOTHING,
    NOW,
    OPERATOR,
    PAST,
    RATED,
    REOPENED,
    SLA,
    ZHOU,
    by,
    of,
    told,
)

DAY = timedelta(days=1)
NOTE = NoteFromReporter(channel=Channel.PHONE, message="今晚在家。")
NOTED = ReporterNoted(**of(LI), channel=Channel.PHONE, message="今晚在家。")
ANSWER = AnswerRating(message="已换灯。")
ANSWERED = RatingAnswered(**of(DENG), message="已换灯。")
VISIT_DUE = NOW + 3 * DAY


def pending(wait_for: Wait) -> Any:
    suspended = CaseSuspended(
        **of(DENG), wait_for=wait_for, since=NOW, until=NOW + DAY, paused=False, assignee_id=DENG
    )
    return NOTHING.given(*PAST[Status.IN_PROGRESS], suspended)


# --- notes -----------------------------------------------------------------------------------


def test_a_note_of_the_reporter_is_the_reply_that_a_case_waited_for() -> None:
    resumed = CaseResumed(**of(LI), cause=Resumption.REPLIED, sla=SLA, assignee_id=DENG)
    pending(Wait.RESIDENT).when(by(LI, NOTE)).then(NOTED, resumed)
    pending(Wait.RESIDENT).when(by(LI, NOTE)).reminds(Cancel("resume"))


@pytest.mark.parametrize("wait_for", [Wait.CONTRACTOR, Wait.AUTHORITY, Wait.DELIBERATION])
def test_it_ends_no_other_waiting(wait_for: Wait) -> None:
    pending(wait_for).when(by(LI, NOTE)).then(NOTED)


@pytest.mark.parametrize("status", [Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS])
def test_it_may_come_at_any_time_while_the_case_is_open(status: Status) -> None:
    NOTHING.given(*PAST[status]).when(by(LI, NOTE)).then(NOTED)


def test_staff_write_down_what_they_were_told_and_no_neighbour_does() -> None:
    by_staff = NOTED.model_copy(update={"by_id": OPERATOR})
    spec = NOTHING.given(*PAST[Status.ASSIGNED])
    spec.when(by(OPERATOR, NOTE)).then(by_staff)
    spec.when(by(ZHOU, NOTE)).rejected("NOT_REPORTER")


def test_the_clocks_go_on_from_the_reply() -> None:
    """What they stood still for is counted to the note and not to the end of the wait."""
    suspended = CaseSuspended(
        **of(DENG), wait_for=Wait.RESIDENT, since=NOW, until=NOW + 9 * DAY, paused=True,
        assignee_id=DENG,
    )  # fmt: skip
    state = CASES.fold([*PAST[Status.IN_PROGRESS], suspended])
    (_, resumed) = CASES.decide(by(LI, NOTE, NOW + timedelta(hours=2)), state)
    assert isinstance(resumed, CaseResumed)
    assert resumed.sla
    assert resumed.sla.paused_min == 120


# --- a rating and its answer -------------------------------------------------------------------


def test_a_rating_is_answered_once_by_whoever_handled_it_or_the_desk() -> None:
    rated = DONE.given(RATED)
    rated.when(by(DENG, ANSWER)).then(ANSWERED)
    rated.when(by(OPERATOR, ANSWER)).then(ANSWERED.model_copy(update={"by_id": OPERATOR}))
    rated.when(by(HE, ANSWER)).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])
    rated.given(ANSWERED).when(by(DENG, ANSWER)).rejected("RATING_ALREADY_ANSWERED")


def test_without_a_rating_there_is_nothing_to_answer() -> None:
    DONE.when(by(DENG, ANSWER)).rejected("NOT_RATED")


# --- a return visit ----------------------------------------------------------------------------


def policy(wanted: ReturnVisit) -> dict[str, SlaPolicy]:
    return {SLA.policy_version: SlaPolicy(version=SLA.policy_version, return_visit=wanted)}


def closed(wanted: ReturnVisit) -> CaseClosed:
    due = None if wanted is ReturnVisit.NEVER else VISIT_DUE
    return CaseClosed(
        **of(LI), confirmed_by="reporter", reopen_until=NOW + 30 * DAY, return_visit=wanted,
        visit_due=due,
    )  # fmt: skip


def asked(due: Any = VISIT_DUE) -> AskAgainWhenDue:
    command = fired("visit", due)
    assert isinstance(command, AskAgainWhenDue)
    return told(command, due)


@pytest.mark.parametrize("wanted", ReturnVisit)
def test_the_policy_a_case_was_opened_under_says_whether_somebody_asks_again(
    wanted: ReturnVisit,
) -> None:
    """Whoever closes it."""
    spec = DONE.when(by(LI, ConfirmCase().learned(slas=policy(wanted))))
    spec.then(closed(wanted))
    visit = [] if wanted is ReturnVisit.NEVER else [Timer("visit", VISIT_DUE)]
    spec.reminds(Cancel("close"), *visit)
    silent = fired("close", NOW + 7 * DAY)
    assert isinstance(silent, CloseUnconfirmed)
    command = told(silent.learned(slas=policy(wanted)), NOW + 7 * DAY)
    (event,) = CASES.decide(command, state_of())
    assert isinstance(event, CaseClosed)
    assert event.return_visit is wanted
    assert (event.visit_due == NOW + 10 * DAY) is (wanted is not ReturnVisit.NEVER)


@pytest.mark.parametrize(
    ("wanted", "rated", "due"),
    [
        (ReturnVisit.ALWAYS, True, True),
        (ReturnVisit.ALWAYS, False, True),
        (ReturnVisit.IF_RATED, True, True),
        (ReturnVisit.IF_RATED, False, False),
        (ReturnVisit.UNLESS_RATED, True, False),
        (ReturnVisit.UNLESS_RATED, False, True),
    ],
)
def test_whether_it_was_rated_counts_as_it_is_then(
    wanted: ReturnVisit, rated: bool, due: bool
) -> None:
    at = of("system:timer", occurred_at=VISIT_DUE)
    said_ = [ReturnVisitDue(**at, due=VISIT_DUE, assignee_id=DENG)] if due else []
    spec = DONE.given(closed(wanted), *([RATED] if rated else []))
    spec.when(asked()).then(*said_)
    spec.given(*said_).when(asked(VISIT_DUE + DAY)).then()


def state_of(*more: CaseEvent) -> Case:
    """Of a resolved case after these."""
    state = CASES.fold([*PAST[Status.RESOLVED], *more])
    assert state
    return state


def visiting(**change: Any) -> RecordReturnVisit:
    return RecordReturnVisit.model_validate(
        {"channel": "phone", "reached": True, "solved": True} | change
    )


def test_who_was_not_reached_is_tried_again_and_who_was_is_left_alone() -> None:
    spec, end = DONE.given(closed(ReturnVisit.ALWAYS)), closed(ReturnVisit.ALWAYS)
    in_vain = ReturnVisitRecorded(**of(DENG), n=1, channel=Channel.PHONE, reached=False)
    reached = ReturnVisitRecorded(
        **of(DENG), n=2, channel=Channel.PHONE, reached=True, solved=True, note="满意"
    )
    spec.when(by(DENG, visiting(reached=False, solved=None))).then(in_vain)
    again = spec.given(in_vain)
    assert awaited(state_of(end, in_vain)) == {"visit": VISIT_DUE}
    again.when(by(DENG, visiting(note="满意"))).then(reached)
    again.when(by(HE, visiting())).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])
    over = again.given(reached)
    assert not awaited(state_of(end, in_vain, reached))
    over.when(by(DENG, visiting())).rejected("ALREADY_VISITED")
    over.when(asked()).then()


def test_a_case_taken_up_again_is_asked_about_after_its_next_end() -> None:
    reached = ReturnVisitRecorded(
        **of(DENG), n=1, channel=Channel.PHONE, reached=True, solved=False
    )
    end = closed(ReturnVisit.ALWAYS)
    early = DONE.given(end, REOPENED)
    early.when(asked()).then()
    assert "visit" not in awaited(state_of(end, REOPENED))
    spec = DONE.given(end, reached, REOPENED)
    spec.when(asked()).then()
    assert "visit" not in awaited(state_of(end, reached, REOPENED))
    again = spec.given(end)
    assert awaited(state_of(end, reached, REOPENED, end)) == {"visit": VISIT_DUE}
    again.when(by(DENG, visiting())).then(
        reached.model_copy(update={"n": 2, "solved": True}),
    )


@pytest.mark.parametrize("change", [{"reached": False}, {"solved": None}])
def test_whether_it_is_solved_is_said_by_whoever_was_reached(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        visiting(**change)


def test_an_estate_sets_it_with_its_deadlines() -> None:
    body = {
        "estate_id": "xx",
        "source": "本小区约定",
        "return_visit": "always",
        "visit_after_h": 24,
    }
    command = SetSlaPolicy.model_validate(body)
    key = key_of("xx")
    events = SLA_POLICIES.decide(
        said(command, key, NOW, MANAGER, "estate_manager"), SLA_POLICIES.initial
    )
    now = SLA_POLICIES.fold(events).now
    assert (now.return_visit, now.visit_after) == (ReturnVisit.ALWAYS, DAY)


# --- whatever order -----------------------------------------------------------------------------

DOINGS = st.sampled_from(
    [
        (LI, RateCase(score=4, solved=True)),
        (DENG, ANSWER),
        (OPERATOR, ANSWER),
        (DENG, visiting()),
        (DENG, visiting(reached=False, solved=None)),
        ("timer", asked()),
    ]
)


@given(st.sampled_from(ReturnVisit), st.lists(DOINGS, max_size=15))
def test_it_is_asked_answered_and_visited_once_whatever_the_order(
    wanted: ReturnVisit, doings: list[Any]
) -> None:
    events: list[Any] = []
    state: Case | None = state_of(closed(wanted))
    for person, command in doings:
        made: Sequence[Any] = []
        with suppress(Rejected):
            made = CASES.decide(command if person == "timer" else by(person, command), state)
        events += made
        state = CASES.fold(made, state)
    names = [type(event).__name__ for event in events]
    assert names.count("CaseRated") <= 1
    assert names.count("RatingAnswered") <= names.count("CaseRated")
    assert names.count("ReturnVisitDue") <= 1
    assert sum(isinstance(e, ReturnVisitRecorded) and e.reached for e in events) <= 1
    if wanted is ReturnVisit.NEVER:
        assert "ReturnVisitDue" not in names
