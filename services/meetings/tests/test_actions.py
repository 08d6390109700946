"""Actions 办事 of a resolution: started by their owner, evidenced, verified by another, overdue."""

from datetime import datetime

import pytest
from linli_meetings.resolutions.commands import (
    CompleteAction,
    FindOverdue,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import ResolutionEvent
from linli_meetings.resolutions.terms import Status
from linli_shared.decider import Cancel, Timer

from services.meetings.tests.a_meeting import (
    CHAIR,
    CLERK,
)
from services.meetings.tests.a_resolution import (
    ADOPTED,
    ASSIGNED,
    AT,
    BUILDER,
    BUSY_PAST,
    COMPLETED,
    DAY,
    DONE_AT,
    DUES,
    EXECUTED,
    FIRST,
    MANAGER,
    NOTHING,
    OVERDUE,
    PAINTER,
    PAST,
    POSTS_DUE,
    PUBLICISED,
    SECOND,
    SIGN,
    SIGN_COMPLETED,
    SIGN_DUE,
    SIGN_VERIFIED,
    STARTED,
    STARTED_AT,
    VERIFIED,
    assignment,
    by,
)
from services.meetings.tests.a_topic import changed

# --- actions ---------------------------------------------------------------------------------


def test_an_action_says_who_does_what_by_when() -> None:
    spec = NOTHING.given(ADOPTED, PUBLICISED)
    spec.when(by(CLERK, assignment())).then(ASSIGNED)
    spec.when(by(CLERK, assignment())).reminds(Cancel("idle"), Timer("action-1", POSTS_DUE))
    second = assignment(duty="设置充电须知牌", owner_id=PAINTER, due_at=SIGN_DUE)
    spec.given(ASSIGNED).when(by(CLERK, second)).then(SIGN)


PUBLIC, BUSY = AT[Status.PUBLICISED], AT[Status.IN_EXECUTION]


def test_its_owner_starts_it_or_the_desk_for_them() -> None:
    PUBLIC.when(by(BUILDER, StartAction(action_id=1), STARTED_AT)).then(STARTED)
    desk = changed(STARTED, by_id=CLERK)
    PUBLIC.when(by(CLERK, StartAction(action_id=1), STARTED_AT)).then(desk)
    refused = PUBLIC.when(by(PAINTER, StartAction(action_id=1), STARTED_AT))
    refused.rejected("ROLE_NOT_PERMITTED", roles=["owner"])


PAST_OF_THE_DESK = (*PAST[Status.PUBLICISED], changed(STARTED, by_id=CLERK))


def completion(action_id: int, *evidence: str) -> CompleteAction:
    return CompleteAction(action_id=action_id, evidence_ids=evidence)


def test_without_a_photo_nothing_is_done() -> None:
    BUSY.when(by(BUILDER, completion(1), DONE_AT)).rejected("EVIDENCE_REQUIRED")
    BUSY.when(by(BUILDER, completion(1, "photo-1", "photo-2"), DONE_AT)).then(COMPLETED)
    BUSY.when(by(PAINTER, completion(1, "photo-1"), DONE_AT)).rejected("ROLE_NOT_PERMITTED")


def test_who_does_it_does_not_verify_it() -> None:
    done = BUSY.given(COMPLETED)
    done.when(by(BUILDER, VerifyAction(action_id=1), DONE_AT)).rejected("VERIFIER_IS_EXECUTOR")
    done.when(by(CHAIR, VerifyAction(action_id=1), DONE_AT)).then(VERIFIED)


@pytest.mark.parametrize("event", [STARTED, COMPLETED])
def test_nor_does_who_had_a_hand_in_it(event: ResolutionEvent) -> None:
    past = [changed(e, by_id=CLERK) if e == event else e for e in (*BUSY_PAST, COMPLETED)]
    NOTHING.given(*past).when(by(CLERK, VerifyAction(action_id=1), DONE_AT)).rejected(
        "VERIFIER_IS_EXECUTOR"
    )
    NOTHING.given(*past).when(by(BUILDER, VerifyAction(action_id=1), DONE_AT)).rejected(
        "VERIFIER_IS_EXECUTOR"
    )


def test_nor_does_its_owner_when_the_desk_did_it() -> None:
    past = (*PAST_OF_THE_DESK, changed(COMPLETED, by_id=CLERK))
    NOTHING.given(*past).when(by(BUILDER, VerifyAction(action_id=1), DONE_AT)).rejected(
        "VERIFIER_IS_EXECUTOR"
    )


def test_it_is_executed_when_all_actions_are_verified() -> None:
    most = BUSY.given(COMPLETED, SIGN_COMPLETED, VERIFIED)
    most.when(by(CHAIR, VerifyAction(action_id=2), DONE_AT)).then(SIGN_VERIFIED, EXECUTED, *DUES)
    most.when(by(CHAIR, VerifyAction(action_id=2), DONE_AT)).reminds(
        Timer("evaluation-1", FIRST + 7 * DAY), Timer("evaluation-2", SECOND + 7 * DAY)
    )


@pytest.mark.parametrize(
    ("command", "status", "to", "allowed"),
    [
        (StartAction(action_id=1), "started", "started", ["done"]),
        (completion(2, "photo-1"), "assigned", "done", ["started"]),
        (VerifyAction(action_id=1), "started", "verified", ["done"]),
    ],
)
def test_an_action_goes_its_way_step_by_step(
    command: StartAction | CompleteAction | VerifyAction, status: str, to: str, allowed: list[str]
) -> None:
    spec = NOTHING.given(*(e for e in BUSY_PAST if e is not BUSY_PAST[-1]))
    told = {"from": status, "to": to, "allowed": allowed}
    spec.when(by(CLERK, command, STARTED_AT)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize(
    "command", [StartAction(action_id=3), completion(3, "photo-1"), VerifyAction(action_id=3)]
)
def test_an_action_that_is_not_there_is_not_found(
    command: StartAction | CompleteAction | VerifyAction,
) -> None:
    BUSY.when(by(CLERK, command, STARTED_AT)).rejected("NOT_FOUND")


# --- overdue ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PUBLICISED, Status.IN_EXECUTION])
def test_an_action_that_is_not_done_by_its_due_is_overdue_once(status: Status) -> None:
    command = RESOLUTIONS.fired("action-1", POSTS_DUE)
    assert command == FindOverdue(action_id=1, due=POSTS_DUE)
    asked = by("system", command, POSTS_DUE)
    AT[status].when(asked).then(OVERDUE)
    AT[status].given(OVERDUE).when(asked).then()


def test_a_done_one_is_not_and_its_timer_is_gone() -> None:
    asked = by("system", FindOverdue(action_id=1, due=POSTS_DUE), POSTS_DUE)
    BUSY.given(COMPLETED).when(asked).then()
    BUSY.given(COMPLETED, VERIFIED).when(asked).then()
    done = by(BUILDER, completion(1, "photo-1"), DONE_AT)
    BUSY.when(done).reminds(Cancel("action-1"))


@pytest.mark.parametrize(("action_id", "due"), [(1, SIGN_DUE), (3, POSTS_DUE)])
def test_a_timer_of_another_due_or_action_says_nothing(action_id: int, due: datetime) -> None:
    BUSY.when(by("system", FindOverdue(action_id=action_id, due=due), due)).then()


def test_an_overdue_action_can_still_be_done() -> None:
    late = BUSY.given(OVERDUE)
    late.when(by(BUILDER, completion(1, "photo-1", "photo-2"), DONE_AT)).then(COMPLETED)


def test_the_manager_and_the_community_verify() -> None:
    verified = changed(VERIFIED, by_id=MANAGER)
    asked = by(MANAGER, VerifyAction(action_id=1), DONE_AT)
    BUSY.given(COMPLETED).when(asked).then(verified)
