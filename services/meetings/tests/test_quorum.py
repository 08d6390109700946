"""Who is in the room of a meeting 会议, and whether that is enough to open it."""

from datetime import timedelta
from typing import Any

import pytest
from linli_meetings.meetings.commands import (
    OpenMeeting,
)
from linli_meetings.meetings.events import MeetingEvent
from linli_meetings.meetings.state import Stay
from linli_meetings.meetings.terms import Kind, Status
from linli_meetings.results import Quorum
from linli_meetings.terms import Party

from services.meetings.tests.a_meeting import (
    AT,
    CAME,
    CHAIR,
    CLERK,
    ENDS,
    LACKING,
    LATER,
    NOTHING,
    NOTICED,
    OPENED,
    OWNERS,
    PLANNED,
    PROPERTY,
    STARTS,
    STRANGER,
    by,
    came,
    stay,
    stays,
)
from services.meetings.tests.a_topic import changed

H = timedelta(hours=1)


# --- who is there ----------------------------------------------------------------------------

HERE = AT[Status.NOTICED]


def test_who_comes_is_recorded_with_their_party() -> None:
    HERE.when(by(CLERK, came("o1", "p1", CHAIR))).then(*stays(["o1", "p1", CHAIR]))


def test_a_guest_is_of_no_party() -> None:
    HERE.when(by(CLERK, came(STRANGER))).then(changed(stay(STRANGER), party=None))


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        (None, {}, (0, None)),
        (None, {"present_from": STARTS - H}, (-1, None)),
        (None, {"present_from": STARTS - H, "present_to": STARTS + H}, (-1, 1)),
        ((-2, None), {}, (-2, None)),
        ((-2, None), {"present_to": STARTS}, (-2, 0)),
        ((-2, -1), {}, (0, None)),
        ((-2, -1), {"present_to": STARTS}, (-2, 0)),
    ],
    ids=[
        "comes",
        "came before",
        "came and went",
        "seen again",
        "leaves",
        "comes back",
        "corrected",
    ],
)
def test_when_somebody_is_in_the_room(
    before: tuple[int, int | None] | None, given: dict[str, Any], after: tuple[int, int | None]
) -> None:
    def at(hours: tuple[int, int | None]) -> MeetingEvent:
        since, until = hours
        return stay("o1", STARTS + since * H, None if until is None else STARTS + until * H)

    known = HERE.given(at(before)) if before else HERE
    known.when(by(CLERK, came("o1", **given))).then(at(after))


def test_the_moment_somebody_leaves_is_not_of_their_stay() -> None:
    there = Stay(STARTS, ENDS)
    moments = [STARTS - H, STARTS, ENDS - timedelta(seconds=1), ENDS]
    assert [there.has(moment) for moment in moments] == [False, True, True, False]
    assert Stay(STARTS).has(LATER)


# --- quorum ----------------------------------------------------------------------------------


def test_it_opens_with_29_of_41_of_three_parties() -> None:
    HERE.given(*stays(CAME)).when(by(CHAIR, OpenMeeting())).then(OPENED)


def test_with_20_of_41_it_lacks_one_of_21() -> None:
    twenty = HERE.given(*stays([*OWNERS[:16], *PROPERTY[:3], CHAIR]))
    refused = twenty.when(by(CHAIR, OpenMeeting())).rejected("QUORUM_NOT_MET")
    assert refused.params == {"basis": "headcount", "have": 20, "need": 21}


def test_with_21_of_41_and_nobody_of_the_community_it_lacks_a_party() -> None:
    heads = HERE.given(*stays([*OWNERS[:17], *PROPERTY[:4]]))
    refused = heads.when(by(CHAIR, OpenMeeting())).rejected("QUORUM_NOT_MET")
    assert refused.params == {"basis": "party", "missing": ["community"]}


def test_with_the_21st_of_the_community_it_opens() -> None:
    enough = HERE.given(*stays([*OWNERS[:17], *PROPERTY[:3], CHAIR]))
    quorum = Quorum(invited=41, present=21, need=21, owners=17, property=3, community=1)
    enough.when(by(CHAIR, OpenMeeting())).then(changed(OPENED, quorum=quorum))


@pytest.mark.parametrize(("invited", "need"), [(2, 1), (3, 2), (40, 20), (41, 21)])
def test_half_of_those_invited_are_enough(invited: int, need: int) -> None:
    some = PLANNED.model_copy(update={"invited": PLANNED.invited[-invited:]})
    alone = NOTHING.given(some, NOTICED)
    alone.when(by(CHAIR, OpenMeeting())).rejected("QUORUM_NOT_MET", have=0, need=need)


def test_guests_and_who_has_left_or_not_yet_come_do_not_count() -> None:
    gone = stay("o20", STARTS - 2 * H, STARTS)
    late = stay("o21", STARTS + H)
    twenty = HERE.given(*stays([*OWNERS[:16], *PROPERTY[:3], CHAIR, STRANGER]), gone, late)
    twenty.when(by(CHAIR, OpenMeeting())).rejected("QUORUM_NOT_MET", have=20, need=21)


@pytest.mark.parametrize("party", Party)
def test_a_tripartite_meeting_waits_for_each_party(party: Party) -> None:
    planned = changed(PLANNED, meeting_kind=Kind.TRIPARTITE)
    one_each = {"o1": Party.OWNERS, "p1": Party.PROPERTY, "c1": Party.COMMUNITY}
    there = [person for person, of in one_each.items() if of is not party]
    spec = NOTHING.given(planned, NOTICED, *stays(there))
    spec.when(by(CHAIR, OpenMeeting())).rejected("PARTY_ABSENT", party=party)
    absent = next(person for person, of in one_each.items() if of is party)
    quorum = Quorum(invited=41, present=3, need=0, owners=1, property=1, community=1)
    opened = changed(OPENED, quorum=quorum, meeting_kind=Kind.TRIPARTITE)
    spec.given(stay(absent)).when(by(CHAIR, OpenMeeting())).then(opened)


@pytest.mark.parametrize("kind", [Kind.EVALUATION, Kind.OWNERS_ASSEMBLY, Kind.EXCHANGE_VISIT])
def test_any_other_meeting_opens_without_one(kind: Kind) -> None:
    spec = NOTHING.given(changed(PLANNED, meeting_kind=kind), NOTICED)
    quorum = LACKING.model_copy(update={"need": 0})
    opened = changed(OPENED, quorum=quorum, meeting_kind=kind)
    spec.when(by(CHAIR, OpenMeeting())).then(opened)


def test_a_clerk_writes_down_that_it_opens_and_others_do_not() -> None:
    ready = HERE.given(*stays(CAME))
    ready.when(by(CLERK, OpenMeeting())).then(changed(OPENED, by_id=CLERK))
    ready.when(by("o1", OpenMeeting())).rejected("ROLE_NOT_PERMITTED", roles=["chair"])
