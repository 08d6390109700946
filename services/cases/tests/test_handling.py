"""Handling a case 事件: from acknowledging it to the reporter's rating."""

from datetime import timedelta

import pytest
from linli_cases.complaints.care_commands import RateCase
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    CaseCommand,
    ClaimCase,
    ConfirmCase,
    ReopenCase,
    ResolveCase,
    RespondToReporter,
    StartWork,
    WithdrawCase,
)
from linli_cases.complaints.events import CaseAssigned, CaseEvent, CaseReopened, WorkStarted
from linli_cases.complaints.reservations import taken
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Cause, Channel, Status
from linli_shared.decider import Hold, Release
from linli_shared.testing import Spec
from pydantic import ValidationError

from services.cases.tests.a_case import (
    ACKNOWLEDGED,
    ANSWERED,
    ASSIGNED,
    CLOSED,
    DENG,
    DONE,
    ESCALATED,
    FINISHED,
    GIVEN,
    HE,
    LI,
    MANAGER,
    NEW,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    OTHER,
    PAST,
    PHOTO,
    RATED,
    REOPENED,
    RESOLVED,
    STARTED,
    TAKEN,
    WITHDRAWN,
    WORKED_ON,
    ZHOU,
    by,
    of,
)

RESOLVE = ResolveCase(outcome="已更换灯泡。", evidence_ids=(PHOTO,))
REOPEN = ReopenCase(reason="又不亮了")
ANSWER = RespondToReporter(channel=Channel.PHONE, message="今天下午来换。")


def test_the_operator_acknowledges() -> None:
    NEW.when(by(OPERATOR, AcknowledgeCase())).then(ACKNOWLEDGED)


# --- who works on it -------------------------------------------------------------------------


def test_the_operator_assigns_a_steward_within_the_limit_of_a_load() -> None:
    command = by(OPERATOR, AssignCase(assignee_id=DENG))
    TAKEN.when(command).then(ASSIGNED)
    TAKEN.when(command).reserves(Release("load"), Hold("load", DENG, slots=20))


def test_a_full_load_refuses() -> None:
    assert taken("load", str(OTHER)).code == "ASSIGNEE_OVERLOADED"


def test_a_steward_claims_a_case() -> None:
    claimed = CaseAssigned(**of(HE), assignee_id=HE, max_open=20)
    TAKEN.when(by(HE, ClaimCase())).then(claimed)


def test_a_complaint_is_not_handled_by_the_one_it_is_about() -> None:
    about_he = NOTHING.given(OPENED.model_copy(update={"about_person_id": HE}), ACKNOWLEDGED)
    about_he.when(by(OPERATOR, AssignCase(assignee_id=HE))).rejected("ASSIGNEE_IS_SUBJECT")
    about_he.when(by(HE, ClaimCase())).rejected("ASSIGNEE_IS_SUBJECT")
    about_he.when(by(OPERATOR, AssignCase(assignee_id=DENG))).then(ASSIGNED)


@pytest.mark.parametrize("spec", [GIVEN, WORKED_ON])
def test_a_case_is_given_to_somebody_else_who_has_to_start(
    spec: Spec[CaseCommand, Case | None, CaseEvent],
) -> None:
    again = CaseAssigned(**of(MANAGER), assignee_id=HE, previous_id=DENG, max_open=20)
    spec.when(by(MANAGER, AssignCase(assignee_id=HE))).then(again)
    spec.given(again).when(by(HE, StartWork())).then(WorkStarted(**of(HE)))
    spec.given(again).when(by(DENG, StartWork())).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


def test_the_assignee_starts_or_the_desk_says_so() -> None:
    GIVEN.when(by(DENG, StartWork())).then(STARTED)
    GIVEN.when(by(MANAGER, StartWork())).then(WorkStarted(**of(MANAGER)))


# --- answering and resolving -----------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(OPEN))
def test_the_first_answer_is_marked_in_any_open_state(status: Status) -> None:
    spec = NOTHING.given(*PAST[status])
    spec.when(by(DENG, ANSWER)).then(ANSWERED)
    spec.given(ANSWERED).when(by(DENG, ANSWER)).then(ANSWERED.model_copy(update={"first": False}))


def test_assigning_again_does_not_make_an_answer_the_first() -> None:
    WORKED_ON.given(ANSWERED, ASSIGNED).when(by(DENG, ANSWER)).then(
        ANSWERED.model_copy(update={"first": False})
    )


def test_the_assignee_resolves_and_gives_back_the_place_in_the_load() -> None:
    WORKED_ON.when(by(DENG, RESOLVE)).then(RESOLVED)
    WORKED_ON.when(by(DENG, RESOLVE)).reserves(Release("repeat"), Release("load"))


def test_a_case_is_not_resolved_while_an_action_linked_to_it_is_open() -> None:
    asked = RESOLVE.learned(action_open=True)
    WORKED_ON.when(by(DENG, asked)).rejected("LINKED_ACTION_OPEN")
    WORKED_ON.when(by(HE, asked)).rejected("ROLE_NOT_PERMITTED")


@pytest.mark.parametrize("person", [HE, OPERATOR])
def test_nobody_else_resolves(person: str) -> None:
    WORKED_ON.when(by(person, RESOLVE)).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


@pytest.mark.parametrize(
    ("kind", "needed"), [("repair", True), ("key_matter", True), ("complaint", False)]
)
def test_repairs_and_key_matters_need_evidence(kind: str, needed: bool) -> None:
    opened = OPENED.model_validate(OPENED.model_dump() | {"kind": kind})
    when = NOTHING.given(opened, ACKNOWLEDGED, ASSIGNED, STARTED).when(
        by(DENG, ResolveCase(outcome="已修好。"))
    )
    if needed:
        when.rejected("EVIDENCE_REQUIRED")
    else:
        when.then(RESOLVED.model_copy(update={"outcome": "已修好。", "evidence_ids": ()}))


def test_the_reporter_confirms() -> None:
    DONE.when(by(LI, ConfirmCase())).then(CLOSED)
    DONE.when(by(ZHOU, ConfirmCase())).rejected("NOT_REPORTER")


# --- taking it up again ----------------------------------------------------------------------


def test_the_reporter_has_it_taken_up_again() -> None:
    DONE.when(by(LI, REOPEN)).then(REOPENED)
    FINISHED.when(by(LI, REOPEN)).then(REOPENED)


@pytest.mark.parametrize(("days", "expired"), [(30, False), (31, True)])
def test_the_reporter_has_thirty_days_after_closing(days: int, expired: bool) -> None:
    when = FINISHED.when(by(LI, REOPEN, NOW + timedelta(days=days)))
    if expired:
        when.rejected("REOPEN_WINDOW_EXPIRED", until=CLOSED.reopen_until.isoformat())
    else:
        when.then(REOPENED.model_copy(update={"occurred_at": NOW + timedelta(days=days)}))


def test_the_window_is_not_that_of_an_earlier_closing() -> None:
    later = NOW + timedelta(days=90)
    again = FINISHED.given(REOPENED, RESOLVED)
    change = {"occurred_at": later, "n": 2}
    again.when(by(LI, REOPEN, later)).then(REOPENED.model_copy(update=change))


def test_the_desk_reopens_at_any_time() -> None:
    later = NOW + timedelta(days=400)
    said_so = of(OPERATOR, occurred_at=later)
    reopened = CaseReopened(
        **said_so, cause=Cause.OPERATOR, reason="又不亮了", n=1, assignee_id=DENG
    )
    FINISHED.when(by(OPERATOR, REOPEN, later)).then(reopened)


def test_nobody_else_reopens() -> None:
    DONE.when(by(ZHOU, REOPEN)).rejected("NOT_REPORTER")
    DONE.when(by(HE, REOPEN)).rejected("NOT_REPORTER")


def reopened(n: int) -> CaseReopened:
    return REOPENED.model_copy(update={"n": n})


def test_the_third_reopening_escalates_to_the_community_and_the_fourth_does_not_again() -> None:
    twice = DONE.given(reopened(1), RESOLVED, reopened(2), RESOLVED)
    twice.when(by(LI, REOPEN)).then(reopened(3), ESCALATED)
    thrice = twice.given(reopened(3), ESCALATED, RESOLVED)
    thrice.when(by(LI, REOPEN)).then(reopened(4))


def test_taking_it_up_again_takes_no_place_in_a_load() -> None:
    FINISHED.when(by(LI, REOPEN)).reserves()


# --- rating ----------------------------------------------------------------------------------


def test_the_reporter_rates_once() -> None:
    rate = by(LI, RateCase(score=5, solved=True))
    DONE.when(rate).then(RATED)
    FINISHED.when(rate).then(RATED)
    DONE.given(RATED).when(rate).rejected("ALREADY_RATED")
    DONE.given(RATED, REOPENED, RESOLVED).when(rate).rejected("ALREADY_RATED")
    DONE.when(by(ZHOU, RateCase(score=1, solved=False))).rejected("NOT_REPORTER")


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_is_from_one_to_five(score: int) -> None:
    with pytest.raises(ValidationError):
        RateCase(score=score, solved=True)


def test_a_withdrawn_case_tells_whom_it_was_with() -> None:
    WORKED_ON.when(by(LI, WithdrawCase(reason="灯自己好了"))).then(WITHDRAWN)
