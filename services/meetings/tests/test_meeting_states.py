"""Which command fits which state of a meeting 会议, and what holds in whatever order."""

from collections import Counter
from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_meetings.meetings.commands import (
    AdjournForQuorum,
    AskForMinutes,
    CancelMeeting,
    CastBallot,
    CloseMeeting,
    CloseVote,
    IssueNotice,
    MeetingCommand,
    OpenMeeting,
    OpenVote,
    PublishMinutes,
)
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.events import (
    BallotCast,
    BallotReplaced,
    MeetingEvent,
    MeetingOpened,
    VoteClosed,
    VoteOpened,
    VoteVoid,
)
from linli_meetings.meetings.moves import MOVES
from linli_meetings.meetings.terms import Choice, Status
from linli_shared.decider import Rejected, Timer

from services.meetings.tests.a_meeting import (
    AT,
    CHAIR,
    CLERK,
    LATER,
    MINUTES_DUE,
    NOTHING,
    OWNERS,
    PAST,
    PROPERTY,
    STARTS,
    VOTING_PAST,
    ballot,
    by,
    came,
    planning,
    topic,
)
from services.meetings.tests.a_topic import TOPIC

ALLOWED: dict[Status, list[str]] = {
    Status.PLANNED: ["cancelled", "noticed"],
    Status.NOTICED: ["adjourned", "cancelled", "opened"],
    Status.OPENED: ["adjourned", "closed"],
    Status.ADJOURNED: ["cancelled", "noticed"],
    Status.CLOSED: ["minutes_published"],
}
OPEN = OpenVote(topic_id=TOPIC).learned(topic=topic())
CLOSE = CloseVote(topic_id=TOPIC).learned(topic=topic())
COMMANDS: list[tuple[MeetingCommand, str, set[Status]]] = [
    (IssueNotice(starts_at=LATER), "noticed", {Status.PLANNED, Status.ADJOURNED}),
    (came("o1"), "", {Status.NOTICED, Status.OPENED}),
    (OpenMeeting(), "opened", {Status.NOTICED}),
    (AdjournForQuorum(starts_at=LATER), "adjourned", {Status.NOTICED, Status.OPENED}),
    (OPEN, "", {Status.OPENED}),
    (CloseMeeting(), "closed", {Status.OPENED}),
    (PublishMinutes(minutes_ref="doc-9"), "minutes_published", {Status.CLOSED}),
    (
        CancelMeeting(reason="场地停电"),
        "cancelled",
        {Status.PLANNED, Status.NOTICED, Status.ADJOURNED},
    ),
]
WHEREVER: list[MeetingCommand] = [ballot(), CLOSE, AskForMinutes(n=9, due=STARTS)]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: MeetingCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(CHAIR, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("status", Status)
def test_a_meeting_is_planned_once(status: Status) -> None:
    AT[status].when(by(CLERK, planning())).rejected("INVALID_TRANSITION")


@pytest.mark.parametrize("command", [*(command for command, _, _ in COMMANDS), *WHEREVER])
def test_a_meeting_that_is_not_there_is_not_found(command: MeetingCommand) -> None:
    NOTHING.when(by(CHAIR, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(MeetingCommand)}


# --- in whatever order -----------------------------------------------------------------------

PEOPLE = ["o1", "o2", "o30", "o31", "o32", "c2", "stranger"]
ROOM = [*OWNERS[:17], *PROPERTY[:3], CHAIR]


def _ballots() -> st.SearchStrategy[tuple[str, MeetingCommand]]:
    def cast(actor: str, voter: str, choice: Choice, proxy: str | None, again: bool) -> CastBallot:
        mandate = {"proxy_id": proxy, "mandate_id": "doc-1"} if proxy else None
        return ballot(choice, voter_id=voter, mandate=mandate, replace=again)

    actors, voters = st.sampled_from([*PEOPLE, CLERK]), st.sampled_from(PEOPLE)
    proxies = st.sampled_from([None, None, "o1", "o2"])
    return st.builds(
        lambda actor, voter, choice, proxy, again: (
            actor,
            cast(actor, voter, choice, proxy, again),
        ),
        actors, voters, st.sampled_from(Choice), proxies, st.booleans(),
    )  # fmt: skip


ANYTHING = st.sampled_from(
    [
        (CLERK, planning()),
        (CLERK, came(*ROOM)),
        (CLERK, came("o1", "o2", present_from=STARTS, present_to=STARTS)),
        (CHAIR, AdjournForQuorum()),
        (CHAIR, CLOSE),
        *(("system", AskForMinutes(n=n, due=due)) for n, due in enumerate(MINUTES_DUE, 1)),
        *((person, command) for command, _, _ in COMMANDS for person in (CHAIR, CLERK, "o1")),
    ]
)
Life = tuple[tuple[MeetingEvent, ...], list[tuple[str, MeetingCommand]]]
LIVES = st.tuples(
    st.sampled_from([(), *PAST.values(), VOTING_PAST, VOTING_PAST]),
    st.lists(_ballots() | ANYTHING, max_size=30),
)


def lived(life: Life) -> list[MeetingEvent]:
    """All events of a meeting with a past that is then asked all this."""
    past, commands = life
    events = list(past)
    state = MEETINGS.fold(events)
    for person, command in commands:
        with suppress(Rejected):
            decided = MEETINGS.decide(by(person, command), state)
            state = MEETINGS.fold(decided, state)
            events += decided
    return events


def votes(events: list[MeetingEvent]) -> list[list[BallotCast | BallotReplaced | VoteClosed]]:
    """What happened in each vote, from its opening on."""
    found: list[list[BallotCast | BallotReplaced | VoteClosed]] = []
    for event in events:
        match event:
            case VoteOpened():
                found.append([])
            case BallotCast() | BallotReplaced() | VoteClosed():
                found[-1].append(event)
    return found


@given(LIVES)
def test_everybody_has_one_effective_ballot_and_the_tally_counts_those(life: Life) -> None:
    for vote in votes(lived(life)):
        effective: dict[str, BallotCast | BallotReplaced] = {}
        for n, event in enumerate(vote, 1):
            match event:
                case BallotCast():
                    assert event.voter_id not in effective
                    assert event.n == n
                    effective[event.voter_id] = event
                case BallotReplaced():
                    assert effective[event.voter_id].n == event.replaces
                    assert event.n == n
                    effective[event.voter_id] = event
                case VoteClosed():
                    assert n == len(vote), "something happened after the close"
                    tally, choices = (
                        event.result.tally,
                        Counter(b.choice for b in effective.values()),
                    )
                    assert tally.in_favour == choices[Choice.FOR]
                    assert tally.against == choices[Choice.AGAINST]
                    assert tally.abstained == choices[Choice.ABSTAIN]


@given(LIVES)
def test_nobody_votes_for_more_than_three_others(life: Life) -> None:
    for vote in votes(lived(life)):
        effective = {e.voter_id: e.proxy_id for e in vote if not isinstance(e, VoteClosed)}
        proxies = Counter(proxy for proxy in effective.values() if proxy)
        assert all(heads <= 3 for heads in proxies.values())


@given(LIVES)
def test_it_opens_and_decides_with_a_quorum_only(life: Life) -> None:
    for event in lived(life):
        match event:
            case MeetingOpened():
                quorum = event.quorum
            case VoteClosed():
                quorum = event.result.quorum
            case _:
                continue
        assert 2 * quorum.present >= quorum.invited
        assert min(quorum.owners, quorum.property, quorum.community) > 0


@given(LIVES)
def test_a_vote_ends_once_and_a_topic_is_voted_on_once(life: Life) -> None:
    open_, closed = set[object](), set[object]()
    for event in lived(life):
        match event:
            case VoteOpened():
                assert event.topic_id not in open_ | closed
                open_.add(event.topic_id)
            case VoteClosed():
                open_.remove(event.topic_id)
                closed.add(event.topic_id)
            case VoteVoid():
                open_.remove(event.topic_id)


@given(LIVES)
def test_only_a_closed_meeting_is_reminded_of_its_minutes(life: Life) -> None:
    timers = set[str | None]()
    for reminder in MEETINGS.reminders(MEETINGS.initial, events := lived(life)):
        timers = timers | {reminder.name} if isinstance(reminder, Timer) else set()
    closed = events and MEETINGS.fold(events).status is Status.CLOSED  # type: ignore[union-attr]
    assert timers == ({"minutes-1", "minutes-2"} if closed else set())


@given(LIVES)
def test_every_event_says_what_meeting_it_is_of(life: Life) -> None:
    assert {event.meeting_kind for event in lived(life)} <= {"deliberation"}
