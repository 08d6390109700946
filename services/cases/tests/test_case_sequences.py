"""What holds of a case 事件 whatever is asked of it, in whatever order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    CaseCommand,
    ClaimCase,
    ConfirmCase,
    Link,
    MergeCase,
    RateCase,
    RejectCase,
    ReopenCase,
    ResolveCase,
    RespondToReporter,
    StartWork,
    WithdrawCase,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseEscalated,
    CaseEvent,
    CaseRated,
    CaseReopened,
    ReporterAnswered,
)
from linli_cases.complaints.terms import OPEN, Status
from linli_shared.decider import Hold, Rejected

from services.cases.tests.a_case import DENG, HE, LI, OPERATOR, OTHER, ZHOU, by, report

PEOPLE = st.sampled_from([LI, DENG, OPERATOR]) | st.sampled_from([LI, ZHOU, DENG, HE, OPERATOR])
COMMANDS = st.sampled_from(
    [
        report(),
        AcknowledgeCase(),
        RejectCase(reason="abusive"),
        MergeCase(into=OTHER).learned(chain=(Link(OTHER, Status.NEW),)),
        AssignCase(assignee_id=DENG),
        AssignCase(assignee_id=HE),
        ClaimCase(),
        StartWork(),
        RespondToReporter(channel="phone", message="在办。"),
        ResolveCase(outcome="已办。", evidence_ids=("photo-1",)),
        ConfirmCase(),
        ReopenCase(reason="没有解决"),
        WithdrawCase(),
        RateCase(score=3, solved=False),
    ]
)
# Often what moves a case on, so that sequences get far; often anything else.
ON = st.sampled_from(
    [
        (OPERATOR, AcknowledgeCase()),
        (OPERATOR, AssignCase(assignee_id=DENG)),
        (DENG, StartWork()),
        (DENG, ResolveCase(outcome="已办。", evidence_ids=("photo-1",))),
        (LI, ConfirmCase()),
        (LI, ReopenCase(reason="没有解决")),
    ]
)
SEQUENCES = st.lists(ON | st.tuples(PEOPLE, COMMANDS), max_size=40)
TRANSITIONS = {
    (None, "new"),
    ("new", "acknowledged"),
    ("new", "rejected"),
    ("acknowledged", "rejected"),
    ("new", "merged"),
    ("acknowledged", "merged"),
    ("acknowledged", "assigned"),
    ("assigned", "in_progress"),
    ("in_progress", "assigned"),
    ("in_progress", "resolved"),
    ("resolved", "closed"),
    ("resolved", "in_progress"),
    ("closed", "in_progress"),
    *((status, "withdrawn") for status in OPEN),
}
HELD = dict[tuple[str, str], Hold]


def kept(held: HELD, before: Any, event: CaseEvent) -> HELD:
    """What the case holds after `event`."""
    for change in CASES.reserve(before, event):
        if isinstance(change, Hold):
            assert (change.kind, change.key) not in held, "held twice"
            held = {**held, (change.kind, change.key): change}
        else:
            gone = {k for k in held if k[0] == change.kind and change.key in {None, k[1]}}
            held = {k: v for k, v in held.items() if k not in gone}
    return held


def lived(commands: list[tuple[str, CaseCommand]]) -> list[CaseEvent]:
    """The events of a case that is asked all this, step by step in its bounds."""
    events: list[CaseEvent] = []
    state, held = CASES.initial, HELD()
    for person, command in [(LI, report()), *commands]:
        try:
            decided = CASES.decide(by(person, command), state)
        except Rejected:
            continue
        assert decided, "accepted, and nothing happened"
        for event in decided:
            held = kept(held, state, event)
            after = CASES.evolve(state, event)
            step = (state.status if state else None, after.status)
            assert step[0] == step[1] or step in TRANSITIONS, f"{step} is in no table"
            assert after.status in OPEN or not held, f"{after.status} and holds {held}"
            assert sum(kind == "load" for kind, _ in held) <= 1, "in two loads"
            state = after
        events += decided
    return events


@given(SEQUENCES)
def test_no_order_of_commands_leaves_the_table_or_keeps_what_is_over(
    commands: list[tuple[str, CaseCommand]],
) -> None:
    lived(commands)


@given(SEQUENCES)
def test_what_counts_only_counts_up(commands: list[tuple[str, CaseCommand]]) -> None:
    events = lived(commands)
    reopenings = [e.n for e in events if isinstance(e, CaseReopened)]
    levels = [e.level for e in events if isinstance(e, CaseEscalated)]
    first = [e.first for e in events if isinstance(e, ReporterAnswered)]
    assert reopenings == list(range(1, len(reopenings) + 1))
    assert levels == sorted(set(levels))
    assert first == [n == 0 for n in range(len(first))]
    assert sum(isinstance(e, CaseRated) for e in events) <= 1


@given(SEQUENCES)
def test_a_case_that_is_over_stays_so(commands: list[tuple[str, CaseCommand]]) -> None:
    over = {Status.MERGED, Status.REJECTED, Status.WITHDRAWN}
    events = lived(commands)
    states = [CASES.fold(events[: n + 1]) for n in range(len(events))]
    ends = [state for state in states if state and state.status in over]
    assert len(ends) <= 1, "something happened after its end"


@given(SEQUENCES)
def test_every_event_says_whose_case_it_is_of(commands: list[tuple[str, CaseCommand]]) -> None:
    events = lived(commands)
    assert {(e.case_kind, e.reporter_id) for e in events} == {("complaint", LI)}
