"""The three levels 三级升级: who hears of a case that is late, who is passed over, and why."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.about import Skipped
from linli_cases.complaints.commands import (
    AcknowledgeEscalation,
    AssignCase,
    CaseCommand,
    EscalateCase,
    ReopenCase,
    RespondToReporter,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseEscalated,
    CaseResumed,
    EscalationAcknowledged,
    SlaBreached,
)
from linli_cases.complaints.ladder import TOP, climb
from linli_cases.complaints.reminders import awaited, fired
from linli_cases.complaints.terms import Channel, Clock, Status
from linli_cases.duty.commands import HEARS
from linli_cases.duty.domain import Duty
from linli_cases.duty.events import Absence, Holder
from linli_cases.duty.terms import Away
from linli_language.roles import Role
from linli_shared.decider import Cancel, Timer
from linli_shared.testing import said

from services.cases.tests.a_case import (
    CASE,
    DENG,
    ESCALATED,
    LATE,
    LI,
    MANAGER,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    PAST,
    PAUSED,
    REOPENED,
    RESOLVED,
    SLA,
    TAKEN,
    WARNED,
    WORKED_ON,
    by,
    local,
    of,
    told,
)

DUE, L2, L3 = SLA.first_response_due, local(9, 12, 2), local(9, 13, 2)
SILENT, MONDAY = local(9, 11, 32), local(12, 0, 0)
LEAD, ESTATE, OFFICER = HEARS.values()
HOLDERS = (
    Holder(role=LEAD, person_id="zhao"),
    Holder(role=LEAD, person_id="qian"),
    Holder(role=ESTATE, person_id="sun"),
    Holder(role=OFFICER, person_id="wu"),
)
CLOCK = "sla-first_response"


def away(*people: str, reason: Away = Away.ON_LEAVE, until: datetime = MONDAY) -> Duty:
    """A roster on which these are away from the beginning of the day."""
    since = local(9, 0, 0)
    gone = (Absence(person_id=p, reason=reason, since=since, until=until) for p in people)
    return Duty(HOLDERS, tuple(gone))


def tick(name: str, due: datetime, duty: Duty | None = None) -> CaseCommand:
    """The timer of that name, with the roster that was looked up."""
    return told(fired(name, due).learned(duty=duty or Duty(HOLDERS)), due)


def called(at: datetime, level: int, cause: str, *holders: str, **more: Any) -> CaseEscalated:
    """By a timer, at a time of day that leaves half an hour for an answer."""
    ack_due = None if level == TOP else at + timedelta(minutes=30)
    return CaseEscalated(
        **of("system:timer", occurred_at=at),
        level=level,
        to_role=HEARS[level],
        cause=cause,
        holder_ids=holders,
        ack_due=ack_due,
        **more,
    )


FIRST = called(DUE, 1, "first_response_overdue", "zhao", "qian")
SECOND = called(L2, 2, "first_response_overdue_150", "sun")
THIRD = called(L3, 3, "first_response_overdue_200", "wu")
HEARD = EscalationAcknowledged(**of(MANAGER), level=1)
BREACHED = TAKEN.given(WARNED, LATE, FIRST)
ANSWERED = BREACHED.given(HEARD)

# --- who is called ---------------------------------------------------------------------------


def test_who_is_there_is_called_by_name() -> None:
    TAKEN.given(WARNED).when(tick(CLOCK, DUE)).then(LATE, FIRST)
    there = FIRST.model_copy(update={"holder_ids": ("qian",)})
    TAKEN.given(WARNED).when(tick(CLOCK, DUE, away("zhao"))).then(LATE, there)


@pytest.mark.parametrize("reason", Away)
def test_a_level_that_is_away_is_passed_over_at_once_and_it_is_said_why(reason: Away) -> None:
    """Seen red with `climb` calling the first level whoever is away."""
    duty, skipped = away("zhao", "qian", reason=reason), (Skipped(role=LEAD, reason=reason),)
    second = called(DUE, 2, "first_response_overdue", "sun", skipped=skipped)
    TAKEN.given(WARNED).when(tick(CLOCK, DUE, duty)).then(LATE, second)


def test_two_levels_away_lead_to_the_community_and_above_it_nobody_is_waited_for() -> None:
    skipped = tuple(Skipped(role=role, reason=Away.ON_LEAVE) for role in (LEAD, ESTATE))
    third = called(DUE, 3, "first_response_overdue", "wu", skipped=skipped)
    when = TAKEN.given(WARNED).when(tick(CLOCK, DUE, away("zhao", "qian", "sun")))
    when.then(LATE, third)
    when.reminds(Timer(CLOCK, L2), Cancel(CLOCK))


def test_where_everybody_is_away_the_last_level_is_called_all_the_same() -> None:
    rung = climb(1, away("zhao", "qian", "sun", "wu"), DUE)
    assert (rung.level, rung.holder_ids) == (3, ("wu",))
    assert [one.role for one in rung.skipped] == [LEAD, ESTATE]


def test_whoever_comes_back_at_that_moment_is_there() -> None:
    assert climb(1, away("zhao", "qian", until=DUE), DUE).level == 1
    assert climb(1, away("zhao", "qian", until=DUE + timedelta(seconds=1)), DUE).level == 2


def test_a_role_that_the_roster_names_nobody_for_is_called_by_its_name() -> None:
    rung = climb(1, Duty(HOLDERS[2:]), DUE)
    assert (rung.level, rung.role, rung.holder_ids, rung.skipped) == (1, LEAD, (), ())


# --- how far it goes -------------------------------------------------------------------------


def test_level_two_hears_at_one_and_a_half_and_level_three_at_twice_the_time() -> None:
    ANSWERED.when(tick(CLOCK, L2)).then(SECOND)
    ANSWERED.when(tick(CLOCK, L2)).reminds(
        Timer(CLOCK, L3), Timer("call", L2 + timedelta(minutes=30))
    )
    ANSWERED.given(SECOND).when(tick(CLOCK, L3)).then(THIRD)
    ANSWERED.given(SECOND).when(tick(CLOCK, L3)).reminds(Cancel(CLOCK), Cancel("call"))
    ANSWERED.given(SECOND, THIRD).when(tick(CLOCK, L3)).then()


def test_a_level_that_was_reached_otherwise_is_not_called_again_by_a_clock() -> None:
    """Seen red with level 2 always next."""
    spec = ANSWERED.given(called(DUE, 2, "operator", "sun"))
    spec.when(tick(CLOCK, L2)).then()
    spec.when(tick(CLOCK, L3)).then(THIRD)


def test_an_answer_to_the_reporter_ends_that_clock_s_way_up_and_giving_it_away_moves_nothing() -> (
    None
):
    spec = WORKED_ON.given(WARNED, LATE, FIRST)
    answer = RespondToReporter(channel=Channel.PHONE, message="在办。")
    spec.when(by(DENG, answer, DUE)).reminds(Cancel(CLOCK))
    spec.when(by(OPERATOR, AssignCase(assignee_id=DENG), DUE)).reminds()


def test_a_pause_holds_back_the_levels_and_not_what_was_overdue() -> None:
    """Seen red with every step of a clock moved on."""
    paused = PAUSED.model_copy(update={"since": DUE, "until": local(12, 11, 2)})
    spec = WORKED_ON.given(WARNED, LATE, FIRST, HEARD, paused)
    spec.when(tick(CLOCK, L2)).then()
    past = [*PAST[Status.IN_PROGRESS], WARNED, LATE, FIRST, HEARD, paused]
    (resumed,) = CASES.decide(tick("resume", paused.until), CASES.fold(past))
    assert isinstance(resumed, CaseResumed)
    assert resumed.sla
    assert resumed.sla.first_response_due == DUE
    assert (resumed.sla.first_response_l2, resumed.sla.first_response_l3) == (
        local(12, 12, 2), local(12, 13, 2),
    )  # fmt: skip
    assert resumed.sla.paused_min == 1140


# --- who keeps silent ------------------------------------------------------------------------


def test_half_an_hour_of_silence_leads_to_the_next_level() -> None:
    second = called(SILENT, 2, "no_ack", "sun")
    third = called(SILENT + timedelta(minutes=30), 3, "no_ack", "wu")
    BREACHED.when(tick("call", SILENT)).then(second)
    BREACHED.when(tick("call", SILENT)).reminds(Timer(CLOCK, L3), Timer("call", third.occurred_at))
    BREACHED.given(second).when(tick("call", third.occurred_at)).then(third)
    BREACHED.given(second).when(tick("call", SILENT)).then()
    BREACHED.given(second, third).when(tick("call", third.occurred_at)).then()


def test_silence_over_night_is_no_silence() -> None:
    evening = local(9, 17, 50)
    command = EscalateCase(level=2, reason="久拖不决").learned(duty=Duty(HOLDERS))
    *_, by_desk = CASES.decide(by(OPERATOR, command, evening), CASES.fold(PAST[Status.PENDING]))
    assert isinstance(by_desk, CaseEscalated)
    assert (by_desk.level, by_desk.ack_due) == (2, local(10, 8, 50))  # a Saturday that is worked


@pytest.mark.parametrize("role", HEARS.values())
def test_the_role_that_was_called_answers_or_one_above_it(role: Role) -> None:
    command = said(AcknowledgeEscalation(), CASE, DUE, MANAGER, role)
    heard = HEARD.model_copy(update={"occurred_at": DUE})
    BREACHED.when(command).then(heard)
    BREACHED.when(command).reminds(Cancel("call"))
    ANSWERED.when(command).then()
    second = BREACHED.given(SECOND)
    if role is LEAD:
        second.when(command).rejected("ROLE_NOT_PERMITTED", roles=[ESTATE, OFFICER])
    else:
        second.when(command).then(heard.model_copy(update={"level": 2}))


def test_who_was_called_by_name_answers_whatever_role_they_act_in() -> None:
    command = said(AcknowledgeEscalation(), CASE, DUE, "sun", LEAD)
    heard = EscalationAcknowledged(**of("sun", occurred_at=DUE), level=2)
    BREACHED.given(SECOND).when(command).then(heard)


def test_a_case_that_nobody_was_called_about_has_nothing_to_answer() -> None:
    TAKEN.when(said(AcknowledgeEscalation(), CASE, NOW, MANAGER, ESTATE)).then()


def test_nobody_waits_for_an_answer_about_a_case_that_is_over() -> None:
    over = NOTHING.given(*PAST[Status.IN_PROGRESS], LATE, FIRST, RESOLVED)
    over.when(tick("call", SILENT)).then()
    twice = over.given(REOPENED.model_copy(update={"n": 2}), RESOLVED)
    again = REOPENED.model_copy(update={"n": 3})
    twice.when(by(LI, ReopenCase(reason="又不亮了"))).then(again, ESCALATED)


# --- whoever is away and whatever happens ----------------------------------------------------

PEOPLE = st.frozensets(st.sampled_from([holder.person_id for holder in HOLDERS]))
NAMES = st.sampled_from(["sla-ack", "sla-first_response", "sla-resolve", "call"])


@given(PEOPLE, st.integers(1, TOP))
def test_nobody_who_is_away_is_called_while_somebody_above_is_there(
    gone: frozenset[str], level: int
) -> None:
    duty = away(*gone)
    rung = climb(level, duty, DUE)
    assert level <= rung.level <= TOP
    assert rung.role is HEARS[rung.level]
    assert [HEARS[n] for n in range(level, rung.level)] == [one.role for one in rung.skipped]
    assert all({*duty.of(one.role)} <= gone for one in rung.skipped)
    assert rung.holder_ids
    assert rung.level == TOP or not {*rung.holder_ids} & gone


@given(st.lists(st.tuples(NAMES, PEOPLE), max_size=12))
def test_timers_in_any_order_lead_up_say_each_breach_once_and_come_to_an_end(
    steps: list[tuple[str, frozenset[str]]],
) -> None:
    case = CASES.fold([OPENED])
    breached: list[Clock] = []
    for name, gone in steps:
        if not (due := awaited(case).get(name)):
            continue
        for event in CASES.decide(tick(name, due, away(*gone)), case):
            assert case
            assert not isinstance(event, CaseEscalated) or event.level > case.level
            breached += [event.clock] if isinstance(event, SlaBreached) else []
            case = CASES.evolve(case, event)
        assert awaited(case).get(name) != due
    assert len(breached) == len({*breached})


# --- a case about one of them ------------------------------------------------------------------


@pytest.mark.parametrize(("about", "left"), [("zhao", ("qian",)), ("nobody", ("zhao", "qian"))])
def test_nobody_is_called_for_a_complaint_about_themself(about: str, left: tuple[str, ...]) -> None:
    """Nor may they answer for it. Seen red with the whole roster, and without the refusal."""
    opened = OPENED.model_copy(update={"about_person_id": about})
    spec = NOTHING.given(opened)
    raised = by(MANAGER, EscalateCase(level=1, reason="久拖不决").learned(duty=Duty(HOLDERS)))
    (event,) = CASES.decide(raised, CASES.fold([opened]))
    assert isinstance(event, CaseEscalated)
    assert event.holder_ids == left
    theirs = said(AcknowledgeEscalation(), CASE, NOW, "zhao", LEAD)
    if about == "zhao":
        spec.given(event).when(theirs).rejected("ROLE_NOT_PERMITTED", roles=[*HEARS.values()])
    else:
        spec.given(event).when(theirs).then(EscalationAcknowledged(**of("zhao"), level=1))


def test_the_third_reopening_calls_the_officers_of_the_roster_by_their_names() -> None:
    """Seen red with the role alone: nobody was told."""
    state = CASES.fold([*PAST[Status.RESOLVED], REOPENED, RESOLVED, REOPENED, RESOLVED])
    assert state
    again = replace(state, reopened=2)
    command = by(LI, ReopenCase(reason="又不亮了").learned(duty=Duty(HOLDERS)))
    (_, event) = CASES.decide(command, again)
    assert isinstance(event, CaseEscalated)
    assert (event.level, event.holder_ids, event.ack_due) == (3, ("wu",), None)
