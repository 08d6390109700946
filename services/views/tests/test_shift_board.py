"""What the shift board and the sign-ups show, and what keeps somebody from a shift."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from linli_views.engagements import Engagement, overlap
from linli_views.shift_board import SHIFTS, Shift
from linli_views.signups import SIGNUPS

from services.views.tests.a_log import Log, folded, uid


def only(log: Log) -> Shift:
    (shift,) = folded(SHIFTS, log.records).rows.values()
    assert isinstance(shift, Shift)
    return shift


def signups(log: Log) -> dict[str, str]:
    rows = folded(SIGNUPS, log.records).rows
    return {key[2]: row.state for key, row in rows.items() if row}


def full() -> Log:
    """Two places, two on the waiting list."""
    log = Log()
    log.shift("s", "ShiftPlanned")
    log.shift("s", "ShiftPublished")
    for person in ("tang", "luo"):
        log.shift("s", "SignupConfirmed", person_id=person, by_id=person)
    for position, person in enumerate(("sun", "wu"), 1):
        log.shift("s", "SignupWaitlisted", person_id=person, position=position)
    return log


def test_a_planned_shift_is_a_draft_and_shows_when_where_and_what_it_needs() -> None:
    log = Log()
    log.shift("s", "ShiftPlanned")
    shift = only(log)
    assert (shift.shift_id, shift.state, shift.version) == (uid("s"), "draft", 1)
    assert (shift.type, shift.post) == ("school_guard", "school-gate")
    assert (shift.min_n, shift.max_n, shift.waitlist_max, shift.taken) == (2, 2, 2, 0)
    assert (shift.required_credentials, shift.travel_buffer_min) == (("minor_contact_check",), 15)


def test_places_are_taken_waited_for_and_given_back() -> None:
    log = full()
    assert (only(log).taken, only(log).waiting) == (2, 2)
    log.shift("s", "SignupCancelled", person_id="tang", was="confirmed")
    log.shift("s", "WaitlistPromoted", person_id="sun")
    assert (only(log).taken, only(log).waiting) == (2, 1)
    log.shift("s", "SignupCancelled", person_id="wu", was="waitlisted")
    assert (only(log).taken, only(log).waiting, only(log).version) == (2, 0, 9)
    assert signups(log) == {
        "tang": "cancelled", "luo": "confirmed", "sun": "confirmed", "wu": "cancelled",
    }  # fmt: skip


def test_who_came_and_who_did_not_and_that_too_few_were_there() -> None:
    log = full()
    log.shift("s", "ShiftStarted")
    log.shift("s", "VolunteerCheckedIn", person_id="luo")
    log.shift("s", "NoShowRecorded", person_id="tang")
    log.shift("s", "ShiftUnderstaffed", present=1, min_n=2)
    shift = only(log)
    assert (shift.state, shift.present, shift.taken) == ("in_progress", 1, 1)
    assert shift.understaffed
    log.shift("s", "VolunteerCheckedOut", person_id="luo")
    log.shift("s", "ShiftCompleted", attended=["luo"])
    assert (only(log).state, only(log).present) == ("completed", 1)
    assert signups(log) == {
        "tang": "no_show", "luo": "checked_out", "sun": "waitlisted", "wu": "waitlisted",
    }  # fmt: skip


def test_a_cancelled_shift_has_nobody_in_it() -> None:
    log = full()
    log.shift("s", "ShiftCancelled", expected=["luo", "tang"], waiting=["sun", "wu"])
    assert (only(log).state, only(log).taken, only(log).waiting) == ("cancelled", 0, 0)
    assert set(signups(log).values()) == {"cancelled"}


def test_what_follows_a_discarded_beginning_makes_no_row() -> None:
    assert not [row for row in folded(SHIFTS, full().records[1:]).rows.values() if row]


# --- what keeps somebody from a shift (scenario A8) ---------------------------------------------

DAY = datetime(2020, 9, 7, tzinfo=UTC)


def at(post: str, since: str, until: str, **more: Any) -> Engagement:
    start, end = (DAY + timedelta(hours=int(t[:2]), minutes=int(t[3:])) for t in (since, until))
    return Engagement("shift", UUID(int=int(start.timestamp())), post, start, end, 15, **more)


GUARD = at("school-gate", "16:20", "17:20")


def gap(one: Engagement) -> int | None:
    found = overlap(one, [GUARD])
    return found.gap_min if found else None


def test_two_shifts_at_once_and_two_without_time_for_the_way_clash() -> None:
    assert gap(at("class", "16:30", "18:30")) == -50
    assert gap(at("patrol", "17:30", "18:30")) == 10
    assert gap(at("patrol", "17:35", "18:30")) is None


def test_at_the_same_post_one_shift_follows_another_without_a_break() -> None:
    assert gap(at("school-gate", "17:20", "18:20")) is None
    assert gap(at("school-gate", "17:19", "18:20")) == -1


def test_the_worst_of_several_is_named_and_a_shift_does_not_clash_with_itself() -> None:
    class_ = at("class", "17:00", "18:30")
    found = overlap(at("patrol", "16:50", "17:30"), [GUARD, class_])
    assert found is not None
    assert (found.id, found.gap_min) == (GUARD.id, -30)
    assert overlap(GUARD, [GUARD]) is None
