"""Which command fits which state of a topic 议题, and what holds in whatever order it is asked."""

from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.commands import (
    DeferTopic,
    LinkCase,
    MarkDecided,
    MarkDeliberated,
    MarkVoted,
    ReturnTopic,
    ScheduleTopic,
    ScreenTopic,
    TopicCommand,
    WithdrawTopic,
)
from linli_meetings.topics.domain import TOPICS
from linli_meetings.topics.events import TopicEvent
from linli_meetings.topics.moves import MOVES
from linli_meetings.topics.terms import ENDED, LINKABLE, Status
from linli_shared.decider import Hold, Rejected

from services.meetings.tests.a_meeting import PLANNED
from services.meetings.tests.a_topic import (
    AT,
    CASES,
    ELSEWHERE,
    FOURTH,
    LI,
    MEETING,
    NOTHING,
    OFFICER,
    PAST,
    PROCESS,
    RESOLUTION,
    by,
    proposal,
)

ALLOWED: dict[Status, list[str]] = {
    Status.PROPOSED: ["screened", "withdrawn"],
    Status.SCREENED: ["deferred", "scheduled", "withdrawn"],
    Status.SCHEDULED: ["deferred", "deliberated", "voted", "withdrawn"],
    Status.DELIBERATED: ["deferred", "scheduled", "voted"],
    Status.VOTED: ["adopted"],
    Status.DEFERRED: ["scheduled", "withdrawn"],
}
SCHEDULE = ScheduleTopic(meeting_id=MEETING).learned(meeting=MEETINGS.fold([PLANNED]))
AT_MEETING = {Status.SCHEDULED, Status.DELIBERATED}
COMMANDS: list[tuple[TopicCommand, str, set[Status]]] = [
    (LinkCase(case_id=FOURTH), "", set(LINKABLE)),
    (ScreenTopic(matter=Matter.NONE, regime=Regime.ADVISORY), "screened", {Status.PROPOSED}),
    (SCHEDULE, "scheduled", {Status.SCREENED, Status.DEFERRED}),
    (MarkDeliberated(meeting_id=MEETING), "deliberated", {Status.SCHEDULED}),
    (MarkVoted(meeting_id=MEETING), "voted", AT_MEETING),
    (MarkDecided(resolution_id=RESOLUTION, adopted=True), "adopted", {Status.VOTED}),
    (ReturnTopic(meeting_id=MEETING), "scheduled", AT_MEETING),
    (DeferTopic(), "deferred", {Status.SCREENED, *AT_MEETING}),
    (
        WithdrawTopic(reason="已另行解决"),
        "withdrawn",
        {Status.PROPOSED, Status.SCREENED, Status.SCHEDULED, Status.DEFERRED},
    ),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: TopicCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(OFFICER, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("status", Status)
def test_a_topic_is_proposed_once(status: Status) -> None:
    AT[status].when(by(PROCESS, proposal())).rejected("INVALID_TRANSITION")


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_a_topic_that_is_not_there_is_not_found(command: TopicCommand) -> None:
    NOTHING.when(by(OFFICER, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(TopicCommand)}


# --- in whatever order -----------------------------------------------------------------------

ANYTHING = st.sampled_from(
    [
        (PROCESS, proposal(case_ids=CASES)),
        (LI, proposal()),
        (LI, WithdrawTopic(reason="不需要了")),
        (PROCESS, ScheduleTopic(meeting_id=ELSEWHERE)),
        (PROCESS, MarkDecided(resolution_id=RESOLUTION, adopted=False)),
        *((OFFICER, command) for command, _, _ in COMMANDS),
    ]
)
Life = tuple[tuple[TopicEvent, ...], list[tuple[str, TopicCommand]]]
LIVES = st.tuples(st.sampled_from([(), *PAST.values()]), st.lists(ANYTHING, max_size=25))


@given(LIVES)
def test_a_topic_that_is_decided_or_withdrawn_is_never_scheduled_again(life: Life) -> None:
    past, commands = life
    state = TOPICS.fold(past)
    for person, command in commands:
        before = state
        with suppress(Rejected):
            state = TOPICS.fold(TOPICS.decide(by(person, command), state), state)
        assert before is None or before.status not in ENDED or state == before


@given(LIVES)
def test_it_holds_its_name_and_its_cases_until_then_and_nothing_after(life: Life) -> None:
    past, commands = life
    state, held = TOPICS.initial, set[tuple[str, str]]()

    def happens(event: TopicEvent) -> None:
        nonlocal state, held
        for change in TOPICS.reserve(state, event):
            if isinstance(change, Hold):
                assert (change.kind, change.key) not in held, "held twice"
                held = held | {(change.kind, change.key)}
            else:
                held = {(kind, key) for kind, key in held if kind != change.kind}
        state = TOPICS.evolve(state, event)

    for event in past:
        happens(event)
    for person, command in commands:
        with suppress(Rejected):
            for event in TOPICS.decide(by(person, command), state):
                happens(event)
    if state is not None:
        cases = {key for kind, key in held if kind == "case"}
        ended = state.status in ENDED
        assert cases == (set() if ended else set(map(str, state.case_ids)))
        assert any(kind == "title" for kind, _ in held) is not ended
