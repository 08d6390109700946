"""What holds of a case 事件 whatever is asked of it, in whatever order."""

from collections.abc import Sequence
from contextlib import suppress
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
from linli_cases.complaints.terms import OPEN, Channel, Status
from linli_shared.decider import Hold, Rejected

from services.cases.tests.a_case import (
    DENG,
    ESCALATED,
    HE,
    LI,
    OPERATOR,
    OTHER,
    PAST,
    RATED,
    REOPENED,
    RESOLVED,
    ZHOU,
    by,
    report,
)

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
        RespondToReporter(channel=Channel.PHONE, message="在办。"),
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
        (LI, RateCase(score=3, solved=False)),
    ]
)
_THRICE = [
    event
    for n in (1, 2, 3)
    for event in (REOPENED.model_copy(update={"n": n}), *[ESCALATED] * (n == 3), RESOLVED)
]
PASTS = [(), *PAST.values(), (*PAST[Status.RESOLVED], RATED, *_THRICE)]
Life = tuple[tuple[CaseEvent, ...], list[tuple[str, CaseCommand]]]
LIVES = st.tuples(st.sampled_from(PASTS), st.lists(ON | st.tuples(PEOPLE, COMMANDS), max_size=25))
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


def lived(life: Life) -> list[CaseEvent]:
    """All events of a case with a past that is then asked all this, each step in its bounds."""
    past, commands = life
    events: list[CaseEvent] = []
    state, held = CASES.initial, HELD()

    def happens(decided: Sequence[CaseEvent]) -> None:
        nonlocal state, held
        for event in decided:
            held = kept(held, state, event)
            after = CASES.evolve(state, event)
            assert after
            step = (state.status if state else None, after.status)
            assert step[0] == step[1] or step in TRANSITIONS, f"{step} is in no table"
            assert after.status in OPEN or not held, f"{after.status} and holds {held}"
            assert sum(kind == "load" for kind, _ in held) <= 1, "in two loads"
            state = after
            events.append(event)

    happens(past)
    for person, command in [(LI, report()), *commands]:
        with suppress(Rejected):
            happens(CASES.decide(by(person, command), state))
    return events


@given(LIVES)
def test_no_order_of_commands_leaves_the_table_or_keeps_what_is_over(life: Life) -> None:
    lived(life)


@given(LIVES)
def test_what_counts_only_counts_up(life: Life) -> None:
    events = lived(life)
    reopenings = [e.n for e in events if isinstance(e, CaseReopened)]
    levels = [e.level for e in events if isinstance(e, CaseEscalated)]
    first = [e.first for e in events if isinstance(e, ReporterAnswered)]
    assert reopenings == list(range(1, len(reopenings) + 1))
    assert levels == sorted(set(levels))
    assert first == [n == 0 for n in range(len(first))]
    assert sum(isinstance(e, CaseRated) for e in events) <= 1


@given(LIVES)
def test_a_case_that_is_over_stays_so(life: Life) -> None:
    over = {Status.MERGED, Status.REJECTED, Status.WITHDRAWN}
    events = lived(life)
    states = [CASES.fold(events[: n + 1]) for n in range(len(events))]
    ends = [state for state in states if state and state.status in over]
    assert len(ends) <= 1, "something happened after its end"


@given(LIVES)
def test_every_event_says_whose_case_it_is_of(life: Life) -> None:
    events = lived(life)
    assert {(e.case_kind, e.reporter_id) for e in events} == {("complaint", LI)}
