"""What holds of a dispute 邻里纠纷 whatever is asked of it, in whatever order."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from linli_cases.disputes.commands import (
    ConcludeWithoutAgreement,
    DisputeCommand,
    FindBreach,
    RecordConsent,
    RecordContactAttempt,
)
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import DisputeEvent, DisputeMediated, MediationSessionHeld
from linli_cases.disputes.reminders import awaited
from linli_cases.disputes.terms import Forum, Side, Status
from linli_shared.decider import Hold, Rejected, Timer

from services.cases.tests.a_dispute import (
    DENG,
    DOWN,
    DUE,
    NOTICE,
    OPERATOR,
    PAST,
    UP,
    ZHOU,
    agreement,
    assignment,
    by,
    filing,
)
from services.cases.tests.test_dispute_states import ALLOWED, COMMANDS, RUNNING, SESSION

ANYBODY = st.sampled_from([DOWN, UP, ZHOU, DENG, OPERATOR])
ANYTHING = st.sampled_from(
    [
        filing(),
        RecordContactAttempt(side=Side.B, reached=False),
        RecordConsent(side=Side.B, consents=True),
        RecordConsent(side=Side.B, consents=False),
        assignment(mediator_id=UP),
        *(command for command, _, _ in COMMANDS),
    ]
)
# Often what a rule is there to judge, so that it is asked in time.
TEMPTING = st.sampled_from(
    [
        (OPERATOR, assignment(mediator_id=UP)),
        (DENG, SESSION),
        (DENG, agreement()),
        (DENG, ConcludeWithoutAgreement(refer_to=Forum.COURT)),
        (DENG, FindBreach(term_id=1, due=DUE)),
    ]
)
PASTS = [(), *PAST.values(), (*PAST[Status.MEDIATOR_ASSIGNED], NOTICE)]
Life = tuple[tuple[DisputeEvent, ...], list[tuple[str, DisputeCommand]]]
LIVES = st.tuples(
    st.sampled_from(PASTS), st.lists(TEMPTING | st.tuples(ANYBODY, ANYTHING), max_size=25)
)


def lived(life: Life) -> list[DisputeEvent]:
    """All events of a dispute with a past that is then asked all this, each step in its bounds."""
    past, commands = life
    events: list[DisputeEvent] = []
    state, held = DISPUTES.initial, set[str | None]()
    timers: dict[str | None, datetime] = {}

    def happens(decided: Sequence[DisputeEvent]) -> None:
        nonlocal state, held
        for event in decided:
            for change in DISPUTES.reserve(state, event):
                held = {change.key} if isinstance(change, Hold) else set()
            for reminder in DISPUTES.remind(state, event):
                if isinstance(reminder, Timer):
                    timers[reminder.name] = reminder.due
                else:
                    timers.pop(reminder.name)  # there is one to cancel
            state = DISPUTES.evolve(state, event)
            assert timers == awaited(state)
            events.append(event)
            assert state
            assert state.mediator_id not in state.sides, "a party mediates"
            assert bool(held) is (state.status in RUNNING), f"{state.status} and holds {held}"

    happens(past)
    for person, command in [(DOWN, filing()), *commands]:
        before = state.status if state else None
        with suppress(Rejected):
            happens(DISPUTES.decide(by(person, command), state))
            reachable = {*ALLOWED.get(before, []), before} if before else {"filed"}
            declined = {"declined"} if before == "filed" else set()
            breached = {"breached"} if before == "settled" else set()
            assert state
            assert state.status in reachable | declined | breached, (
                f"{before} became {state.status}"
            )
    return events


@given(LIVES)
def test_no_order_of_commands_breaks_a_rule(life: Life) -> None:
    sessions = [e.n for e in lived(life) if isinstance(e, MediationSessionHeld)]
    assert sessions == list(range(1, len(sessions) + 1))


@given(LIVES)
def test_a_dispute_is_mediated_once_and_not_without_a_session(life: Life) -> None:
    events = lived(life)
    mediated = [n for n, event in enumerate(events) if isinstance(event, DisputeMediated)]
    assert len(mediated) <= 1
    if mediated:
        assert any(isinstance(event, MediationSessionHeld) for event in events[: mediated[0]])


@given(LIVES)
def test_nothing_happens_after_its_end(life: Life) -> None:
    events = lived(life)
    states = [DISPUTES.fold(events[: n + 1]) for n in range(len(events))]
    ends = {Status.DECLINED, Status.NOT_SETTLED, Status.PERFORMED, Status.WITHDRAWN}
    assert all(states)
    over = [e for e, state in zip(events, states, strict=True) if state and state.status in ends]
    assert [type(event).__name__ for event in over[1:]] in ([], ["DisputeReferred"])
