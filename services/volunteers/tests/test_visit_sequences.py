"""What holds of a visit 探访 whatever is asked of it, in whatever order."""

from collections.abc import Sequence
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from linli_shared.decider import Cancel, Hold, Rejected
from linli_shared.messages import SYSTEM
from linli_volunteers.visits.commands import (
    Arrive,
    AssignVisitor,
    DeclineVisit,
    ReportNoAnswer,
    VisitCommand,
)
from linli_volunteers.visits.domain import VISITS
from linli_volunteers.visits.events import VisitCompleted, VisitEvent, VisitorArrived
from linli_volunteers.visits.terms import Proof, Status
from linli_volunteers.visits.timers import fired

from services.volunteers.tests.a_visit import (
    ARRIVE_BY,
    COORDINATOR,
    DENG,
    ELDER,
    NOW,
    OTHER_ELDER,
    PAST,
    TANG,
    XIE,
    by,
    clock,
    completion,
    scheduling,
)

ANYBODY = st.sampled_from([TANG, DENG, XIE, ELDER, OTHER_ELDER, COORDINATOR])
ANYTHING = st.sampled_from(
    [
        scheduling(),
        *(AssignVisitor(visitor_id=person) for person in (TANG, DENG, XIE)),
        Arrive(proof=Proof.QR),
        completion(),
        completion(contact_made=False),
        completion(wellbeing=None),
        ReportNoAnswer(),
        DeclineVisit(),
        fired("missed", ARRIVE_BY),
        fired("missed", clock(12)),
    ]
)
# Often what moves a visit on, so that sequences get far.
ON = st.sampled_from(
    [
        (COORDINATOR, AssignVisitor(visitor_id=TANG)),
        (TANG, Arrive(proof=Proof.QR)),
        (TANG, completion()),
        (TANG, ReportNoAnswer()),
    ]
)
Life = tuple[tuple[VisitEvent, ...], list[tuple[str, VisitCommand]]]
LIVES = st.tuples(
    st.sampled_from([(), *PAST.values()]), st.lists(ON | st.tuples(ANYBODY, ANYTHING), max_size=20)
)
GOING = {Status.ASSIGNED, Status.ARRIVED}
OVER = {Status.COMPLETED, Status.NO_ANSWER, Status.MISSED, Status.DECLINED}


def lived(life: Life) -> list[VisitEvent]:
    """All events of a visit with a past that is then asked all this, each step in its bounds."""
    past, commands = life
    events: list[VisitEvent] = []
    state, held, ticking = VISITS.initial, set[tuple[str, str]](), False

    def happens(decided: Sequence[VisitEvent]) -> None:
        nonlocal state, held, ticking
        for event in decided:
            assert state is None or state.status not in OVER, "something happened after its end"
            for change in VISITS.reserve(state, event):
                if isinstance(change, Hold):
                    held = held | {(change.kind, change.key.split("|")[0])}
                else:
                    held = {one for one in held if one[0] != change.kind}
            for reminder in VISITS.remind(state, event):
                ticking = not isinstance(reminder, Cancel)
            after = VISITS.evolve(state, event)
            assert after
            going = {after.visitor_id} if after.status in GOING else set()
            assert {person for kind, person in held if kind == "person"} == going
            assert {person for kind, person in held if kind == "at"} == going
            assert ("recurrence", ELDER) in held, "its recurrence is its own for ever"
            assert ticking is (after.status is Status.ASSIGNED)
            assert after.visitor_id not in after.declined_visitor_ids
            state = after
            events.append(event)

    happens(past)
    for person, command in [(COORDINATOR, scheduling()), *commands]:
        with suppress(Rejected):
            asked = by(person, command) if command.by != {SYSTEM} else _told(command)
            happens(VISITS.decide(asked, state))
    return events


def _told(command: VisitCommand) -> VisitCommand:
    return by(SYSTEM, command, max(NOW, command.at))


@given(LIVES)
def test_no_order_of_commands_breaks_a_rule(life: Life) -> None:
    lived(life)


@given(LIVES)
def test_contact_is_made_by_who_has_arrived(life: Life) -> None:
    events = lived(life)
    for n, event in enumerate(events):
        if isinstance(event, VisitCompleted):
            assert [e.visitor_id for e in events[:n] if isinstance(e, VisitorArrived)] == [
                event.visitor_id
            ]
