"""The clocks of a case 事件: warned, overdue once, escalated once; what stops them and what not."""

from datetime import timedelta

import pytest
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    CheckClock,
    EscalateCase,
    RejectCase,
    ResolveCase,
    RespondToReporter,
    StartWork,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseEscalated,
    CaseEvent,
    SlaBreached,
    SlaWarningIssued,
)
from linli_cases.complaints.reminders import fired
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Channel, Clock, Status
from linli_language.roles import Role
from linli_shared.decider import Cancel, Timer

from services.cases.tests.a_case import (
    ACKNOWLEDGED,
    ANSWERED,
    ASSIGNED,
    DENG,
    ESCALATED,
    HE,
    LATE,
    LEAD_TOLD,
    LI,
    NEW,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    PAST,
    PAUSED,
    RESOLVED,
    SLA,
    STARTED,
    TAKEN,
    WARNED,
    WORKED_ON,
    by,
    local,
    of,
    report,
    told,
)

ANSWER = RespondToReporter(channel=Channel.PHONE, message="今天下午来换。")
WARN, DUE = SLA.first_response_warn, SLA.first_response_due
SECOND = timedelta(seconds=1)


def checked(clock: Clock, at: CaseEvent, when: timedelta = timedelta()) -> CheckClock:
    """The timer that was set for `at`, told `when` later."""
    due = at.occurred_at
    command = fired(f"sla-{clock}", due)
    assert isinstance(command, CheckClock)
    return told(command, due + when)


ACK_WARNED, ACK_LATE = (event.model_copy(update={"clock": Clock.ACK}) for event in (WARNED, LATE))
ACK_LEAD_TOLD = LEAD_TOLD.model_copy(update={"cause": "ack_overdue"})

# --- timers ----------------------------------------------------------------------------------


def test_a_report_sets_a_timer_for_each_clock_at_its_warning() -> None:
    NOTHING.when(by(LI, report())).reminds(
        Timer("sla-ack", SLA.ack_warn),
        Timer("sla-first_response", WARN),
        Timer("sla-resolve", local(20, 9, 2)),
    )


def test_after_the_warning_the_timer_is_for_the_due() -> None:
    TAKEN.when(checked(Clock.FIRST_RESPONSE, WARNED)).then(WARNED)
    TAKEN.when(checked(Clock.FIRST_RESPONSE, WARNED)).reminds(Timer("sla-first_response", DUE))


def test_what_is_overdue_is_said_once_and_the_lead_hears_of_it() -> None:
    spec = TAKEN.given(WARNED)
    spec.when(checked(Clock.FIRST_RESPONSE, LATE)).then(LATE, LEAD_TOLD)
    spec.when(checked(Clock.FIRST_RESPONSE, LATE)).reminds(
        Timer("sla-first_response", local(9, 12, 2)), Timer("call", local(9, 11, 32))
    )
    spec.given(LATE, LEAD_TOLD).when(checked(Clock.FIRST_RESPONSE, LATE)).then()


def test_it_happened_when_it_was_due_however_late_the_timer_is_told() -> None:
    hour = timedelta(hours=1)
    TAKEN.given(WARNED).when(checked(Clock.FIRST_RESPONSE, LATE, hour)).then(LATE, LEAD_TOLD)


def test_after_a_long_outage_nobody_is_warned_of_what_is_overdue_already() -> None:
    hour = timedelta(hours=1)
    TAKEN.when(checked(Clock.FIRST_RESPONSE, WARNED, hour)).then(LATE, LEAD_TOLD)


def test_a_timer_told_by_a_database_whose_clock_is_ahead_is_believed() -> None:
    early = checked(Clock.FIRST_RESPONSE, LATE, -SECOND)
    TAKEN.given(WARNED).when(early).then(LATE, LEAD_TOLD)


def test_the_first_clock_that_is_overdue_escalates_and_the_others_are_only_said() -> None:
    spec = NEW.given(ACK_WARNED, WARNED)
    spec.when(checked(Clock.ACK, ACK_LATE)).then(ACK_LATE, ACK_LEAD_TOLD, LATE)
    both = spec.given(ACK_LATE, ACK_LEAD_TOLD)
    both.when(checked(Clock.FIRST_RESPONSE, LATE)).then(LATE)


def test_what_the_community_hears_of_is_not_told_to_the_lead_again() -> None:
    spec = TAKEN.given(ESCALATED, WARNED)
    spec.when(checked(Clock.FIRST_RESPONSE, LATE)).then(LATE)


def test_the_assignee_is_named_in_the_warning_and_when_it_is_overdue() -> None:
    with_deng = {"assignee_id": DENG}
    warned, late = (event.model_copy(update=with_deng) for event in (WARNED, LATE))
    WORKED_ON.when(checked(Clock.FIRST_RESPONSE, WARNED)).then(warned)
    WORKED_ON.when(checked(Clock.FIRST_RESPONSE, LATE)).then(late, LEAD_TOLD)


def test_the_resolution_has_a_clock_too() -> None:
    assert SLA.resolve_warn
    assert SLA.resolve_due
    about = of("system:timer", occurred_at=SLA.resolve_warn)
    warned = SlaWarningIssued(**about, clock=Clock.RESOLVE, due=SLA.resolve_due, assignee_id=DENG)
    late = SlaBreached.model_validate(warned.model_dump() | {"occurred_at": SLA.resolve_due})
    of_late = of("system:timer", occurred_at=SLA.resolve_due)
    told_lead = CaseEscalated(
        **of_late,
        level=1,
        to_role=Role.STEWARD_LEAD,
        cause="resolve_overdue",
        ack_due=local(22, 9, 32),
    )
    spec = WORKED_ON.given(ANSWERED)
    spec.when(checked(Clock.RESOLVE, warned)).then(warned)
    spec.given(warned).when(checked(Clock.RESOLVE, late)).then(late, told_lead)


# --- what stops a clock ----------------------------------------------------------------------


def alarms(*events: CaseEvent) -> set[Clock]:
    case = CASES.fold(events)
    assert case
    return {*case.alarms}


def test_acknowledging_stops_one_and_the_first_answer_another() -> None:
    assert alarms(OPENED) == {*Clock}
    assert alarms(OPENED, ACKNOWLEDGED) == {Clock.FIRST_RESPONSE, Clock.RESOLVE}
    assert alarms(OPENED, ANSWERED) == {Clock.ACK, Clock.RESOLVE}
    NEW.when(by(OPERATOR, AcknowledgeCase())).reminds(Cancel("sla-ack"))
    WORKED_ON.when(by(DENG, ANSWER)).reminds(Cancel("sla-first_response"))


def test_assigning_starting_and_assigning_again_do_not() -> None:
    for spec, command in (
        (TAKEN, by(OPERATOR, AssignCase(assignee_id=DENG))),
        (WORKED_ON, by(OPERATOR, AssignCase(assignee_id=HE))),
        (TAKEN.given(ASSIGNED), by(DENG, StartWork())),
    ):
        spec.when(command).reminds()
    moved = CASES.fold([OPENED, ACKNOWLEDGED, ASSIGNED, STARTED, ASSIGNED])
    assert moved
    assert moved.dues[Clock.FIRST_RESPONSE] == DUE


@pytest.mark.parametrize("status", sorted({*Status} - OPEN))
def test_nothing_runs_for_a_case_that_is_over(status: Status) -> None:
    assert alarms(*PAST[status]) == set()


def test_a_case_that_was_resolved_runs_no_clock_when_it_is_taken_up_again() -> None:
    spec = NOTHING.given(*PAST[Status.RESOLVED])
    due = spec.when(checked(Clock.FIRST_RESPONSE, LATE))
    due.then()


def test_a_legacy_issue_takes_a_plan_and_has_no_clock_for_its_resolution() -> None:
    (opened,) = CASES.decide(by(LI, report(kind="legacy_issue")), None)
    assert alarms(opened) == {Clock.ACK, Clock.FIRST_RESPONSE}


def test_a_case_from_before_there_were_deadlines_has_none() -> None:
    old = OPENED.model_copy(update={"sla": None})
    assert alarms(old) == set()
    NOTHING.given(old).when(by(OPERATOR, AcknowledgeCase())).then(ACKNOWLEDGED)
    paused = CASES.fold([old, *PAST[Status.IN_PROGRESS][1:], PAUSED])
    assert isinstance(paused, Case)
    assert paused.sla is None


# --- late, before a timer says so ------------------------------------------------------------


def test_an_answer_that_is_late_does_not_hide_that_it_was() -> None:
    later = DUE + SECOND
    answered = ANSWERED.model_copy(update={"occurred_at": later})
    late = LATE.model_copy(update={"assignee_id": DENG})
    WORKED_ON.when(by(DENG, ANSWER, later)).then(late, LEAD_TOLD, answered)


def test_an_answer_in_time_that_is_told_late_is_late_for_linli() -> None:
    """The field's time is a client's word; the figures compare it, the clocks do not."""
    early = ANSWER.model_copy(update={"occurred_at": NOW})
    late = LATE.model_copy(update={"assignee_id": DENG})
    WORKED_ON.when(by(DENG, early, DUE + SECOND)).then(late, LEAD_TOLD, ANSWERED)


def test_a_command_that_is_refused_leaves_it_to_the_timer() -> None:
    WORKED_ON.when(by(HE, ResolveCase(outcome="已办。"), DUE + SECOND)).rejected(
        "ROLE_NOT_PERMITTED"
    )


@pytest.mark.parametrize("clock", Clock)
def test_a_timer_that_was_moved_meanwhile_says_nothing(clock: Clock) -> None:
    command = CheckClock(clock=clock, due=WARN + SECOND, occurred_at=WARN + SECOND)
    TAKEN.when(told(command, WARN + SECOND)).then()


def test_a_case_that_ends_cancels_all_its_timers() -> None:
    NEW.when(by(OPERATOR, RejectCase(reason="abusive"))).reminds(
        Cancel("sla-ack"), Cancel("sla-first_response"), Cancel("sla-resolve")
    )
    assert RESOLVED.confirm_due == NOW + timedelta(days=7)
    WORKED_ON.when(by(DENG, ResolveCase(outcome="已更换灯泡。"))).reminds(
        Cancel("sla-first_response"), Cancel("sla-resolve"), Timer("close", RESOLVED.confirm_due)
    )


# --- somebody escalates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "role"),
    [(1, Role.STEWARD_LEAD), (2, Role.ESTATE_MANAGER), (3, Role.COMMUNITY_OFFICER)],
)
@pytest.mark.parametrize("status", sorted(OPEN))
def test_the_desk_escalates_any_open_case(status: Status, level: int, role: Role) -> None:
    escalated = CaseEscalated(
        **of(OPERATOR),
        level=level,
        to_role=role,
        cause="operator",
        reason="久拖不决",
        ack_due=NOW + timedelta(minutes=30) if level < 3 else None,
    )
    command = by(OPERATOR, EscalateCase(level=level, reason="久拖不决"))
    NOTHING.given(*PAST[status]).when(command).then(escalated)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_who_heard_of_it_is_not_told_again(level: int) -> None:
    higher = ESCALATED.model_copy(update={"level": level})
    WORKED_ON.given(higher).when(by(OPERATOR, EscalateCase(level=1, reason="久拖"))).then()
    WORKED_ON.given(higher).when(by(OPERATOR, EscalateCase(level=level, reason="久拖"))).then()


def test_escalating_what_is_overdue_says_both() -> None:
    late = LATE.model_copy(update={"assignee_id": DENG})
    later = DUE + SECOND
    command = by(OPERATOR, EscalateCase(level=1, reason="久拖"), later)
    WORKED_ON.when(command).then(late, LEAD_TOLD)
