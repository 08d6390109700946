"""Which command fits which state of a dispute 邻里纠纷, said again from the specification; and what
holds whatever is asked of one, in whatever order."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.disputes.commands import (
    ChallengeMediator,
    ConcludeWithoutAgreement,
    DisputeCommand,
    GiveRightsNotice,
    HoldSession,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    WithdrawDispute,
)
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import DisputeEvent, DisputeMediated, MediationSessionHeld
from linli_cases.disputes.moves import MOVES
from linli_cases.disputes.terms import Status
from linli_shared.decider import Hold, Rejected
from linli_shared.messages import Command

from services.cases.tests.a_dispute import (
    AT,
    DENG,
    DOWN,
    NOTHING,
    NOW,
    OPERATOR,
    PAPERS,
    UP,
    ZHOU,
    agreement,
    assignment,
    by,
    filing,
)

MEDIATING = {Status.MEDIATOR_ASSIGNED, Status.IN_SESSION}
RUNNING = MEDIATING | {Status.FILED, Status.ACCEPTED}
ALLOWED: dict[Status, list[str]] = {
    Status.FILED: ["accepted", "withdrawn"],
    Status.ACCEPTED: ["mediator_assigned", "withdrawn"],
    Status.MEDIATOR_ASSIGNED: ["accepted", "in_session", "not_settled", "settled", "withdrawn"],
    Status.IN_SESSION: ["accepted", "not_settled", "settled", "withdrawn"],
    Status.SETTLED: ["performed"],
    Status.BREACHED: ["performed"],
}
SESSION = HoldSession(starts_at=NOW, mode="in_person", attended=(DOWN, UP))
WITHDRAW = WithdrawDispute.model_validate({"written": PAPERS})
COMMANDS: list[tuple[Command, str, set[Status]]] = [
    (RecordContactAttempt(side="A", reached=True), "", {Status.FILED}),
    (RecordConsent(side="A", consents=True), "accepted", {Status.FILED}),
    (assignment(), "mediator_assigned", {Status.ACCEPTED}),
    (GiveRightsNotice(), "", MEDIATING),
    (SESSION, "in_session", MEDIATING),
    (ChallengeMediator(reason="是亲戚"), "accepted", MEDIATING),
    (RecuseMediator(), "accepted", MEDIATING),
    (agreement(), "settled", MEDIATING),
    (ConcludeWithoutAgreement(refer_to="court"), "not_settled", MEDIATING),
    (RecordPerformance(), "performed", {Status.SETTLED, Status.BREACHED}),
    (WITHDRAW, "withdrawn", RUNNING),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: Command, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(DENG, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_a_dispute_that_is_not_there_is_not_found(command: Command) -> None:
    NOTHING.when(by(DENG, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(DisputeCommand)}


# --- any sequence ----------------------------------------------------------------------------

# Often what moves a dispute on, so that sequences get far; often anything else.
ON = st.sampled_from(
    [
        (DOWN, RecordConsent(side="A", consents=True)),
        (UP, RecordConsent(side="B", consents=True)),
        (OPERATOR, assignment()),
        (DENG, GiveRightsNotice()),
        (DENG, SESSION),
        (DENG, agreement()),
        (DENG, RecordPerformance()),
    ]
)
ANY = st.tuples(
    st.sampled_from([DOWN, UP, ZHOU, DENG, OPERATOR]),
    st.sampled_from(
        [
            filing(),
            RecordContactAttempt(side="B", reached=False),
            RecordConsent(side="B", consents=False),
            assignment(mediator_id=UP),
            assignment(mediator_id=ZHOU),
            *(command for command, _, _ in COMMANDS),
        ]
    ),
)
SEQUENCES = st.lists(ON | ON | ON | ANY, max_size=40)
OVER = {Status.DECLINED, Status.NOT_SETTLED, Status.PERFORMED, Status.WITHDRAWN}


def lived(commands: list[tuple[str, DisputeCommand]]) -> list[DisputeEvent]:
    """The events of a dispute that is asked all this, step by step in its bounds."""
    events: list[DisputeEvent] = []
    state, held = DISPUTES.initial, set[str]()
    for person, command in [(DOWN, filing()), *commands]:
        try:
            decided = DISPUTES.decide(by(person, command), state)
        except Rejected:
            continue
        before = state.status if state else None
        assert before not in OVER, f"{command} after its end"
        for event in decided:
            for change in DISPUTES.reserve(state, event):
                held = held | {change.key} if isinstance(change, Hold) else set()
            state = DISPUTES.evolve(state, event)
        assert state is not None
        assert state.mediator_id not in state.sides, "a party mediates"
        assert bool(held) == (state.status in RUNNING), f"{state.status} and holds {held}"
        reachable = {*ALLOWED.get(before, []), before} if before else {"filed"}
        declined = {"declined"} if before == Status.FILED else set()
        assert state.status in reachable | declined, f"{before} → {state.status}"
        events += decided
    return events


@given(SEQUENCES)
def test_no_order_of_commands_breaks_a_rule(commands: list[tuple[str, DisputeCommand]]) -> None:
    events = lived(commands)
    sessions = [e.n for e in events if isinstance(e, MediationSessionHeld)]
    assert sessions == list(range(1, len(sessions) + 1))


@given(SEQUENCES)
def test_a_dispute_is_mediated_once_and_not_without_a_session(
    commands: list[tuple[str, DisputeCommand]],
) -> None:
    events = lived(commands)
    mediated = [n for n, event in enumerate(events) if isinstance(event, DisputeMediated)]
    assert len(mediated) <= 1
    if mediated:
        assert any(isinstance(event, MediationSessionHeld) for event in events[: mediated[0]])
