"""Which command fits which state of a resolution 决议, and what holds in whatever order."""

from contextlib import suppress
from datetime import datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_meetings.resolutions.commands import (
    CompleteAction,
    FindIdle,
    FindMissed,
    FindOverdue,
    PublishResolution,
    ResolutionCommand,
    ScheduleEvaluation,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import (
    ActionCompleted,
    ActionStarted,
    ActionVerified,
    ResolutionEvent,
    ResolutionExecuted,
    ResolutionOverturned,
    ResolutionPublicised,
)
from linli_meetings.resolutions.moves import MOVES
from linli_meetings.resolutions.terms import IN_FORCE, ActionStatus, Status
from linli_shared.decider import Hold, Rejected

from services.meetings.tests.a_meeting import CHAIR, CLERK, RESULT
from services.meetings.tests.a_resolution import (
    AT,
    BUILDER,
    DECLARED_AT,
    DONE_AT,
    FIRST,
    NOTHING,
    PAST,
    POSTS_DUE,
    SECOND,
    STARTED_AT,
    UNTIL,
    assignment,
    brought,
    by,
    evaluation,
)

ALLOWED: dict[Status, list[str]] = {
    Status.ADOPTED: ["publicised"],
    Status.PUBLICISED: ["in_execution"],
    Status.IN_EXECUTION: ["executed"],
    Status.EXECUTED: ["evaluated_effective"],
    Status.EXTENDED: ["evaluated_effective"],
}
RUNNING = {Status.PUBLICISED, Status.IN_EXECUTION}
COMPLETE = CompleteAction(action_id=1, evidence_ids=("photo-1",))
EVALUATE = evaluation()
# What is not carried out is refused by another code.
JUDGED = {*IN_FORCE, Status.ADOPTED, *RUNNING}
COMMANDS: list[tuple[ResolutionCommand, str, set[Status]]] = [
    (PublishResolution(), "publicised", {Status.ADOPTED}),
    (assignment(), "", RUNNING),
    (StartAction(action_id=1), "in_execution", RUNNING),
    (COMPLETE, "", {Status.IN_EXECUTION}),
    (VerifyAction(action_id=1), "executed", {Status.IN_EXECUTION}),
    (ScheduleEvaluation(due_at=SECOND), "", JUDGED),
    (EVALUATE, "evaluated_effective", JUDGED),
]
TIMERS = [
    FindIdle(due=UNTIL),
    FindOverdue(action_id=7, due=POSTS_DUE),
    FindMissed(n=7, due=FIRST),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: ResolutionCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(CHAIR, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("command", TIMERS)
def test_a_timer_that_comes_late_says_nothing(status: Status, command: ResolutionCommand) -> None:
    AT[status].when(by("system", command)).then()


@pytest.mark.parametrize("status", Status)
def test_a_result_is_declared_once(status: Status) -> None:
    asked = by("system", brought(RESULT))
    AT[status].when(asked).rejected("INVALID_TRANSITION")


@pytest.mark.parametrize("command", [*(command for command, _, _ in COMMANDS), *TIMERS])
def test_a_resolution_that_is_not_there_is_not_found(command: ResolutionCommand) -> None:
    NOTHING.when(by(CHAIR, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(ResolutionCommand)}


# --- in whatever order -----------------------------------------------------------------------

ANYTHING = st.sampled_from(
    [
        ("system", brought(RESULT)),
        ("system", brought(RESULT.model_copy(update={"adopted": False}))),
        (CLERK, assignment(due_at=SECOND)),
        (CHAIR, assignment(owner_id=CHAIR)),
        (CLERK, StartAction(action_id=2)),
        (BUILDER, COMPLETE),
        (BUILDER, VerifyAction(action_id=1)),
        (CLERK, VerifyAction(action_id=2)),
        (CLERK, evaluation("extend")),
        (CLERK, evaluation("overturn")),
        *((person, command) for command, _, _ in COMMANDS for person in (CHAIR, CLERK)),
        *(("system", command) for command in TIMERS),
    ]
)
# What moves a resolution on, so that sequences get far.
ON = st.sampled_from(
    [
        (CLERK, PublishResolution()),
        (CLERK, assignment()),
        (BUILDER, StartAction(action_id=1)),
        (BUILDER, COMPLETE),
        (CHAIR, VerifyAction(action_id=1)),
        (CLERK, EVALUATE),
    ]
)
MOMENTS = st.sampled_from([DECLARED_AT, STARTED_AT, DONE_AT, FIRST, SECOND])
Asked = tuple[tuple[str, ResolutionCommand], datetime]
Life = tuple[tuple[ResolutionEvent, ...], list[Asked]]
LIVES = st.tuples(
    st.sampled_from([(), *PAST.values()]),
    st.lists(st.tuples(ON | ANYTHING, MOMENTS), max_size=25),
)


def lived(life: Life) -> list[ResolutionEvent]:
    """All events of a resolution with a past that is then asked all this."""
    past, commands = life
    events = list(past)
    for (person, command), now in commands:
        with suppress(Rejected):
            state = RESOLUTIONS.fold(events)
            events += RESOLUTIONS.decide(by(person, command, now), state)
    return events


@given(LIVES)
def test_nothing_is_started_before_publicity_has_ended(life: Life) -> None:
    events = lived(life)
    ends = [e.until for e in events if isinstance(e, ResolutionPublicised)]
    started = [e.occurred_at for e in events if isinstance(e, ActionStarted)]
    assert len(ends) <= 1
    assert all(moment >= ends[0] for moment in started)


@given(LIVES)
def test_nobody_verifies_what_they_own_or_did(life: Life) -> None:
    events = lived(life)
    did = [e for e in events if isinstance(e, ActionStarted | ActionCompleted)]
    for verified in (e for e in events if isinstance(e, ActionVerified)):
        own = {e.by_id for e in did if e.action_id == verified.action_id}
        assert verified.by_id not in own | {verified.owner_id}


@given(LIVES)
def test_it_is_executed_once_with_every_action_verified_and_evidenced(life: Life) -> None:
    events = lived(life)
    executed = [n for n, e in enumerate(events) if isinstance(e, ResolutionExecuted)]
    assert len(executed) <= 1
    for n in executed:
        state = RESOLUTIONS.fold(events[:n])
        assert state is not None
        assert state.actions
        assert {a.status for a in state.actions.values()} == {ActionStatus.VERIFIED}
        assert all(a.evidence_ids for a in state.actions.values())


@given(LIVES)
def test_nothing_happens_to_it_after_it_is_overturned_or_voted_down(life: Life) -> None:
    events = lived(life)
    ended = [n for n, e in enumerate(events) if isinstance(e, ResolutionOverturned)]
    assert not ended or ended == [len(events) - 1]
    first = RESOLUTIONS.fold(events[:1]) if events else None
    if first and first.status is Status.REJECTED:
        assert len(events) == 1


@given(LIVES)
def test_its_topic_is_held_from_the_first_event_on(life: Life) -> None:
    held = RESOLUTIONS.reservations(RESOLUTIONS.initial, events := lived(life))
    assert len(held) == (1 if events else 0)
    assert all(isinstance(hold, Hold) and hold.end is None for hold in held)


@given(LIVES)
def test_every_event_names_its_chain_and_its_cases(life: Life) -> None:
    told = {(event.chain_id, event.case_ids) for event in lived(life)}
    assert len(told) <= 1
