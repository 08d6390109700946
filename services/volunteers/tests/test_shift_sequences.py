"""What holds of a shift 班次 whatever is asked of it, in whatever order."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from linli_shared.decider import Hold, Rejected
from linli_shared.messages import SYSTEM, Command
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelShift,
    CancelSignup,
    CheckIn,
    CheckOut,
    Placing,
    PublishShift,
    SignUpForShift,
)
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.shifts.events import (
    NoShowRecorded,
    ShiftEvent,
    ShiftUnderstaffed,
    SignupConfirmed,
    SignupWaitlisted,
    WaitlistPromoted,
)
from linli_volunteers.shifts.terms import SEATED, Status
from linli_volunteers.shifts.timers import fired

from services.volunteers.tests.a_shift import (
    CLOSES_AT,
    COORDINATOR,
    LITTLE,
    LUO,
    NO_SHOW_AT,
    NOW,
    PAST,
    PLANNED,
    PUBLISHED,
    START,
    TANG,
    XIE,
    YI,
    busy,
    by,
    clock,
    elsewhere,
    planning,
)

PEOPLE = st.sampled_from([TANG, LUO, XIE, YI, COORDINATOR])
AIDE = (elsewhere(clock(16, 30), clock(18, 30)),)
ENGAGED = st.lists(st.sampled_from([LUO, XIE, YI]), max_size=2).map(
    lambda who: dict.fromkeys(who, AIDE)
)
PLACING = st.builds(
    lambda command, engaged: busy(command, **engaged),
    st.sampled_from(
        [SignUpForShift()] * 3 + [CancelSignup()] * 2 + [AssignVolunteer(person_id=XIE)]
    ),
    ENGAGED,
)
ANYTHING = st.sampled_from(
    [
        planning(),
        PublishShift(),
        CancelShift(reason="台风停课"),
        CheckIn(post="school-gate"),
        CheckOut(post="school-gate"),
        fired("start", START),
        fired("start", clock(8)),
        fired("no_show", NO_SHOW_AT),
        fired("close", CLOSES_AT),
    ]
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 10, 120]), PEOPLE, st.one_of(PLACING, PLACING, PLACING, ANYTHING)
    ),
    max_size=30,
)
PASTS = st.sampled_from([(), (PLANNED, PUBLISHED), (PLANNED, PUBLISHED), *PAST.values()])
Life = tuple[tuple[ShiftEvent, ...], list[tuple[int, str, Command]]]
LIVES = st.tuples(PASTS, STEPS)
TRANSITIONS = {
    (None, "draft"),
    ("draft", "published"),
    ("published", "in_progress"),
    ("published", "completed"),
    ("in_progress", "completed"),
    *((status, "cancelled") for status in ("draft", "published", "in_progress")),
}
HELD = dict[tuple[str, str], Hold]


def kept(held: HELD, before: Any, event: ShiftEvent) -> HELD:
    """What the shift holds after `event`."""
    for change in SHIFTS.reserve(before, event):
        if isinstance(change, Hold):
            assert (change.kind, change.key) not in held, "held twice"
            held = {**held, (change.kind, change.key): change}
        else:
            gone = {k for k in held if k[0] == change.kind and change.key in {None, k[1]}}
            held = {k: v for k, v in held.items() if k not in gone}
    return held


def lived(life: Life) -> list[ShiftEvent]:
    """All events of a shift with a past that is then asked all this, each step in its bounds."""
    past, commands = life
    events: list[ShiftEvent] = []
    state, held = SHIFTS.initial, HELD()

    def happens(decided: Sequence[ShiftEvent]) -> None:
        nonlocal state, held
        for event in decided:
            held = kept(held, state, event)
            after = SHIFTS.evolve(state, event)
            assert after
            step = (state.status if state else None, after.status)
            assert step[0] == step[1] or step in TRANSITIONS, f"{step} is in no table"
            assert after.free >= 0, "more people than places"
            assert len(after.waitlist) <= after.waitlist_max
            over = after.status in {Status.COMPLETED, Status.CANCELLED}
            seated = set() if over else {*after.who(SEATED)}
            assert {key for kind, key in held if kind == "person"} == seated
            assert {key.split("|")[0] for kind, key in held if kind == "at"} == seated
            state = after
            events.append(event)

    happens(past)
    now = NOW
    for minutes, person, command in [(0, COORDINATOR, planning()), *commands]:
        now += timedelta(minutes=minutes)
        asked = by(person if not _clocks(command) else SYSTEM, command, _at(command, now))
        with suppress(Rejected):
            decided = SHIFTS.decide(asked, state)  # type: ignore[arg-type]
            in_their_order(asked, state, decided)
            happens(decided)
            now = asked.now if decided else now  # what was done at a time, nobody does before it
    return events


def in_their_order(command: Command, before: Any, decided: Sequence[ShiftEvent]) -> None:
    """Only who is engaged elsewhere is passed over, and nobody gets a place before who could."""
    assert len(decided) == len({event.model_dump_json() for event in decided}), "said twice"
    promoted = [event.person_id for event in decided if isinstance(event, WaitlistPromoted)]
    if not isinstance(command, Placing):
        assert not promoted
        return
    able = [person for person in before.waitlist if not command._engaged[person]]
    assert promoted == able[: len(promoted)]
    early = command.now + LITTLE.cancel_before <= START
    if early and any(isinstance(event, SignupConfirmed) for event in decided):
        assert promoted == able, "somebody jumped the queue"


def _clocks(command: Command) -> bool:
    return command.by == {SYSTEM}


def _at(command: Command, now: datetime) -> datetime:
    return max(now, command.occurred_at or now) if _clocks(command) else now


@given(LIVES)
def test_no_order_of_commands_breaks_a_rule(life: Life) -> None:
    lived(life)


@given(LIVES)
def test_the_waiting_list_keeps_its_order(life: Life) -> None:
    waiting: tuple[str, ...] = ()
    events = lived(life)
    for n in range(len(events)):
        after = SHIFTS.fold(events[: n + 1])
        assert after
        stayed = [person for person in after.waitlist if person in waiting]
        came = [person for person in after.waitlist if person not in waiting]
        assert list(after.waitlist) == stayed + came
        assert stayed == [person for person in waiting if person in stayed]
        event = events[n]
        if isinstance(event, SignupWaitlisted):
            assert event.position == len(after.waitlist)
        waiting = after.waitlist


@given(LIVES)
def test_it_is_understaffed_and_somebody_is_a_no_show_once_at_most(life: Life) -> None:
    events = lived(life)
    assert sum(isinstance(event, ShiftUnderstaffed) for event in events) <= 1
    absent = [event.person_id for event in events if isinstance(event, NoShowRecorded)]
    assert len(absent) == len({*absent})


@given(LIVES)
def test_nothing_happens_after_its_end(life: Life) -> None:
    events = lived(life)
    states = [SHIFTS.fold(events[: n + 1]) for n in range(len(events))]
    ends = [s for s in states if s and s.status in {Status.COMPLETED, Status.CANCELLED}]
    assert len(ends) <= 1


def test_the_commands_that_promise_time_are_those_that_look_it_up() -> None:
    assert {c.__name__ for c in Placing.__subclasses__()} == {
        "SignUpForShift",
        "AssignVolunteer",
        "CancelSignup",
    }
