"""Visits 探访: who goes when, what they find, and what happens when nobody goes or answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from linli_shared.decider import Cancel, Hold, Release, Timer
from linli_shared.messages import SYSTEM
from linli_volunteers.credentials.domain import Credential
from linli_volunteers.credentials.terms import CredentialType, Finding
from linli_volunteers.engagements import SCOPE, Engagement
from linli_volunteers.visits.commands import (
    Arrive,
    AssignVisitor,
    CompleteVisit,
    DeclineVisit,
    MissVisit,
    ReportNoAnswer,
)
from linli_volunteers.visits.events import VisitorAssigned
from linli_volunteers.visits.reservations import taken
from linli_volunteers.visits.terms import Proof, Status
from linli_volunteers.visits.timers import fired
from pydantic import ValidationError

from services.volunteers.tests.a_visit import (
    ARRIVE_BY,
    ARRIVED,
    ASSIGNED,
    AT,
    CHECKLIST,
    COMPLETED,
    COORDINATOR,
    DECLINED,
    DENG,
    ELDER,
    END,
    MISSED,
    NO_ANSWER,
    NOTHING,
    NOW,
    OTHER_ELDER,
    SCHEDULED,
    START,
    TANG,
    XIE,
    busy,
    by,
    clock,
    completion,
    scheduling,
)

PLANNED, GIVEN, THERE = AT[Status.PLANNED], AT[Status.ASSIGNED], AT[Status.ARRIVED]
SEND_TANG = AssignVisitor(visitor_id=TANG)
GIVEN_BACK = (Release("person"), Release("at"))
ARRIVES, UNANSWERED = Arrive(proof=Proof.QR), ReportNoAnswer()
MISS_IT = by(SYSTEM, fired("missed", ARRIVE_BY), ARRIVE_BY)


def held_by(person: str) -> tuple[Hold, Hold]:
    return (
        Hold("person", person, START, END, scope=SCOPE),
        Hold("at", f"{person}|elder:{ELDER}|15", START, END, scope=SCOPE),
    )


# --- planned ----------------------------------------------------------------------------------


def test_an_elder_has_one_visit_of_a_recurrence() -> None:
    schedule = by(COORDINATOR, scheduling())
    NOTHING.when(schedule).then(SCHEDULED)
    NOTHING.when(schedule).reserves(Hold("recurrence", f"{ELDER}|20201208T100000"))
    refused = taken("recurrence", "v-1")
    assert refused.code == "VISIT_ALREADY_SCHEDULED"
    assert refused.params == {"existing_visit_id": "v-1"}


@pytest.mark.parametrize("ends_at", [START, START - timedelta(1), START + timedelta(1, 1)])
def test_a_visit_has_a_window(ends_at: datetime) -> None:
    with pytest.raises(ValidationError):
        scheduling(ends_at=ends_at)


def test_a_visit_is_scheduled_before_its_window_is_over() -> None:
    """In it still: somebody may have to go at once."""
    last = by(COORDINATOR, scheduling(), END - timedelta(seconds=1))
    NOTHING.when(last).reserves(Hold("recurrence", f"{ELDER}|20201208T100000"))
    NOTHING.when(by(COORDINATOR, scheduling(), END)).rejected("VISIT_WINDOW_OVER")
    dated_back = by(COORDINATOR, scheduling(occurred_at=START), END)
    NOTHING.when(dated_back).rejected("VISIT_WINDOW_OVER")


# --- assigned ---------------------------------------------------------------------------------


def test_who_is_assigned_keeps_the_time() -> None:
    PLANNED.when(by(COORDINATOR, SEND_TANG)).then(ASSIGNED)
    PLANNED.when(by(COORDINATOR, SEND_TANG)).reserves(*held_by(TANG))


@pytest.mark.parametrize(("tier", "grace"), [("high", 15), ("key", 30), ("general", 60)])
def test_the_closer_an_elder_is_looked_after_the_sooner_a_visit_is_missed(
    tier: str, grace: int
) -> None:
    scheduled = SCHEDULED.model_copy(update={"tier": tier})
    spec = NOTHING.given(scheduled).when(by(COORDINATOR, SEND_TANG))
    spec.reminds(Timer("missed", END + timedelta(minutes=grace)))


def test_another_visitor_takes_over() -> None:
    send_deng = by(COORDINATOR, AssignVisitor(visitor_id=DENG))
    to_deng = ASSIGNED.model_copy(update={"visitor_id": DENG, "previous_id": TANG})
    GIVEN.when(send_deng).then(to_deng)
    GIVEN.when(send_deng).reserves(*GIVEN_BACK, *held_by(DENG))
    GIVEN.when(send_deng).reminds(Timer("missed", ARRIVE_BY))


def test_whom_the_elder_does_not_want_is_not_sent() -> None:
    PLANNED.when(by(COORDINATOR, AssignVisitor(visitor_id=XIE))).rejected(
        "VISITOR_DECLINED_BY_ELDER"
    )


def test_nobody_is_sent_who_is_elsewhere_or_on_the_way() -> None:
    gate = Engagement("shift", "gate", "school-gate", clock(8), clock(9, 50), 15)
    told = {"other_shift_id": "gate", "other_kind": "shift", "gap_min": 10}
    PLANNED.when(by(COORDINATOR, busy(SEND_TANG, tang=(gate,)))).rejected("SHIFT_OVERLAP", **told)
    near = Engagement("shift", "gate", "school-gate", clock(8), clock(9, 45), 15)
    PLANNED.when(by(COORDINATOR, busy(SEND_TANG, tang=(near,)))).then(ASSIGNED)


def test_what_nobody_looked_up_is_not_taken_for_free_time() -> None:
    unlooked = SEND_TANG.stamped(UUID(int=1), NOW, by(COORDINATOR, SEND_TANG).actor)
    with pytest.raises(AttributeError):
        PLANNED._decider.decide(unlooked, PLANNED._decider.fold(PLANNED._past))


def test_a_lost_race_is_an_overlap() -> None:
    for kind in ("person", "at"):
        assert taken(kind, "shift-1").code == "SHIFT_OVERLAP"


# --- at the door ------------------------------------------------------------------------------


def test_the_visitor_arrives_and_the_clock_is_stopped() -> None:
    GIVEN.when(by(TANG, ARRIVES)).then(ARRIVED)
    GIVEN.when(by(TANG, ARRIVES)).reminds(Cancel())
    GIVEN.when(by(TANG, ARRIVES)).reserves()


@pytest.mark.parametrize("command", [completion(), UNANSWERED])
def test_only_the_assigned_visitor_tells_of_it(command: Any) -> None:
    told = {"roles": ["assigned_visitor"]}
    THERE.when(by(DENG, command)).rejected("ROLE_NOT_PERMITTED", **told)
    GIVEN.when(by(DENG, ARRIVES)).rejected("ROLE_NOT_PERMITTED", **told)


def test_a_visit_is_completed() -> None:
    THERE.when(by(TANG, completion())).then(COMPLETED)
    THERE.when(by(TANG, completion())).reserves(*GIVEN_BACK)
    THERE.when(by(TANG, completion())).reminds()


def test_what_is_not_well_is_told() -> None:
    (completed,) = THERE._decider.decide(
        by(TANG, completion(checklist=CHECKLIST | {"meals": False, "cat": True})),
        THERE._decider.fold(THERE._past),
    )
    told = {checked.item: checked.well for checked in completed.found.checklist}  # type: ignore[union-attr]
    assert told == CHECKLIST | {"meals": False, "cat": True}


def test_an_item_is_answered_once() -> None:
    twice = [{"item": "meals", "well": well} for well in (True, False)]
    with pytest.raises(ValidationError, match="item_twice"):
        CompleteVisit.model_validate({"contact_made": True, "checklist": twice})


def test_without_contact_it_is_no_answer_and_not_completed() -> None:
    """Whatever else was filled in, or was not."""
    changes: list[dict[str, Any]] = [{}, {"checklist": {}, "wellbeing": None}]
    for change in changes:
        unmet = completion(contact_made=False, **change)
        THERE.when(by(TANG, unmet)).rejected("CONTACT_REQUIRED_USE_NO_ANSWER")


def test_the_checklist_is_complete_or_says_what_is_missing() -> None:
    gaps = {item: True for item in CHECKLIST if item not in {"meals", "gas_and_power"}}
    THERE.when(by(TANG, completion(checklist=gaps))).rejected(
        "CHECKLIST_INCOMPLETE", missing=["meals", "gas_and_power"]
    )
    THERE.when(by(TANG, completion(wellbeing=None))).rejected(
        "CHECKLIST_INCOMPLETE", missing=["wellbeing"]
    )
    THERE.when(by(TANG, completion(checklist=gaps, wellbeing=None))).rejected(
        "CHECKLIST_INCOMPLETE", missing=["meals", "gas_and_power", "wellbeing"]
    )


@pytest.mark.parametrize("wellbeing", [0, 6])
def test_wellbeing_is_from_one_to_five(wellbeing: int) -> None:
    with pytest.raises(ValidationError):
        completion(wellbeing=wellbeing)


def test_an_elder_who_does_not_answer_is_no_contact() -> None:
    THERE.when(by(TANG, UNANSWERED)).then(NO_ANSWER)
    THERE.when(by(TANG, UNANSWERED)).reserves(*GIVEN_BACK)


# --- no visit ---------------------------------------------------------------------------------


def test_an_elder_declines() -> None:
    decline = by(ELDER, DeclineVisit(reason="今天女儿在家。"))
    GIVEN.when(decline).then(DECLINED)
    GIVEN.when(decline).reserves(*GIVEN_BACK)
    GIVEN.when(decline).reminds(Cancel())
    PLANNED.when(decline).then(DECLINED.model_copy(update={"visitor_id": None}))


def test_an_elder_tells_the_visitor_or_staff() -> None:
    for person, spec in ((TANG, THERE), (DENG, PLANNED), (COORDINATOR, GIVEN)):
        (declined,) = spec._decider.decide(
            by(person, DeclineVisit()), spec._decider.fold(spec._past)
        )
        assert declined.by_id == person


def test_a_visitor_who_is_not_expected_speaks_for_no_elder() -> None:
    told = {"roles": ["elder", "assigned_visitor"]}
    GIVEN.when(by(XIE, DeclineVisit())).rejected("ROLE_NOT_PERMITTED", **told)


def test_nobody_unchecked_is_sent_to_an_elder_s_home() -> None:
    unknown = SEND_TANG.learned(engaged={TANG: ()}, held={})
    PLANNED.when(by(COORDINATOR, unknown)).rejected("CREDENTIAL_MISSING", type="elder_care")
    until = {CredentialType.ELDER_CARE: Credential(Finding.CLEAR, START.date())}
    expired = SEND_TANG.learned(engaged={TANG: ()}, held=until)
    on = START.date().isoformat()
    PLANNED.when(by(COORDINATOR, expired)).rejected(
        "CREDENTIAL_EXPIRED", type="elder_care", expires_on=on
    )


def test_nobody_declines_for_another_resident() -> None:
    GIVEN.when(by(OTHER_ELDER, DeclineVisit())).rejected(
        "ROLE_NOT_PERMITTED", roles=["elder", "assigned_visitor"]
    )


def test_a_visit_nobody_arrived_for_is_missed() -> None:
    GIVEN.when(MISS_IT).then(MISSED)
    GIVEN.when(MISS_IT).reserves(*GIVEN_BACK)
    GIVEN.when(MISS_IT).reminds(Cancel())


def test_it_was_missed_when_it_was_due_however_late_the_clock_says_so() -> None:
    late = by(SYSTEM, fired("missed", ARRIVE_BY), ARRIVE_BY + timedelta(hours=2))
    GIVEN.when(late).then(MISSED)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ASSIGNED])
def test_nobody_misses_what_was_begun_or_is_over_or_has_no_visitor(status: Status) -> None:
    AT[status].when(MISS_IT).then()


def test_a_timer_of_another_time_says_nothing() -> None:
    GIVEN.when(by(SYSTEM, MissVisit(due=END), END)).then()
    later = VisitorAssigned.model_validate(dict(ASSIGNED) | {"arrive_by": clock(12)})
    GIVEN.given(later).when(MISS_IT).then()
