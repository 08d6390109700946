"""A case 事件 that waits: suspended 挂起, referred to deliberation 提请议事, handed on 转办."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from linli_cases.complaints.api import Referred
from linli_cases.complaints.commands import (
    AssignCase,
    CaseCommand,
    EndDeliberation,
    LinkToTopic,
    ReferToDeliberation,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    ResumeCase,
    ResumeWhenDue,
    SuspendCase,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.events import (
    CaseEvent,
    CaseReopened,
    CaseResolved,
    CaseResumed,
    SlaBreached,
)
from linli_cases.complaints.reminders import fired
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Cause, Clock, Resumption, Status, Wait
from linli_shared.asked import Outcome
from linli_shared.decider import Cancel, Hold, Release, Timer
from linli_shared.testing import Spec

from services.cases.tests.a_case import (
    ANSWERED,
    CASE,
    DELIBERATED,
    DENG,
    DONE,
    FINISHED,
    HE,
    LI,
    LINKED,
    MANAGER,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    OTHER,
    PAST,
    PAUSED,
    PHOTO,
    REFERRED,
    RESOLUTION,
    RESOLVED,
    RESUMED,
    SLA,
    SUSPENDED,
    TOPIC,
    TRANSFERRED,
    UNTIL,
    WAITING,
    WORKED_ON,
    by,
    local,
    of,
    told,
)

SUSPEND = SuspendCase(wait_for=Wait.CONTRACTOR, until=UNTIL)
REFER = ReferToDeliberation(title="楼道充电", description="楼道内充电有火灾隐患。")
CaseSpec = Spec[CaseCommand, Case | None, CaseEvent]
ASSIGN = AssignCase(assignee_id=HE)
RESOLVE = ResolveCase(outcome="已更换灯泡。", evidence_ids=(PHOTO,))
DAY = timedelta(days=1)
LATER = local(9, 10, 2)


def asked(spec: CaseSpec, command: CaseCommand) -> Sequence[CaseEvent]:
    return spec._decider.decide(command, spec._decider.fold(spec._past))


# --- suspended -------------------------------------------------------------------------------


def test_the_assignee_suspends_it_until_a_day() -> None:
    WORKED_ON.when(by(DENG, SUSPEND)).then(SUSPENDED)
    WORKED_ON.when(by(DENG, SUSPEND)).reminds(Timer("resume", UNTIL))


def test_the_desk_says_so_for_the_assignee_and_nobody_else() -> None:
    WORKED_ON.when(by(OPERATOR, SUSPEND)).then(SUSPENDED.model_copy(update={"by_id": OPERATOR}))
    for command in (SUSPEND, REFER):
        WORKED_ON.when(by(HE, command)).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])
    WAITING.when(by(HE, ResumeCase())).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


@pytest.mark.parametrize(
    ("until", "valid"),
    [
        (NOW, False),
        (NOW - DAY, False),
        (NOW + timedelta(microseconds=1), True),
        (NOW + 90 * DAY, True),
        (NOW + 90 * DAY + timedelta(microseconds=1), False),
    ],
)
def test_it_is_suspended_until_a_time_within_ninety_days(until: object, valid: bool) -> None:
    command = SuspendCase.model_validate({"wait_for": "contractor", "until": until})
    when = WORKED_ON.when(by(DENG, command))
    if valid:
        when.then(SUSPENDED.model_copy(update={"until": until}))
    else:
        when.rejected("SUSPEND_UNTIL_INVALID", limit_days=90)


def test_the_fourth_time_is_refused_and_a_referral_is_none_of_them() -> None:
    spec = WORKED_ON.given(REFERRED, DELIBERATED, RESUMED)
    for _ in range(3):
        spec.when(by(DENG, SUSPEND)).then(SUSPENDED.model_copy(update={"chain_id": TOPIC}))
        spec = spec.given(SUSPENDED, RESUMED)
    spec.when(by(DENG, SUSPEND)).rejected("SUSPEND_LIMIT_REACHED", limit=3)


def test_it_is_counted_through_reopenings() -> None:
    again = WORKED_ON.given(SUSPENDED, RESUMED, SUSPENDED, RESUMED, RESOLVED)
    reopened = CaseReopened(**of(LI), cause=Cause.REPORTER, reason="坏", n=1, assignee_id=DENG)
    spec = again.given(reopened, SUSPENDED, RESUMED)
    spec.when(by(DENG, SUSPEND)).rejected("SUSPEND_LIMIT_REACHED")


def test_it_keeps_its_place_in_a_load() -> None:
    WORKED_ON.when(by(DENG, SUSPEND)).reserves()
    WAITING.when(by(DENG, ResumeCase())).reserves()


# --- resumed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [DENG, OPERATOR, MANAGER])
def test_the_assignee_or_the_desk_resumes_it(person: str) -> None:
    WAITING.when(by(person, ResumeCase())).then(RESUMED.model_copy(update={"by_id": person}))
    WAITING.when(by(person, ResumeCase())).reminds(Cancel("resume"))


def on_time(late: timedelta = timedelta()) -> ResumeWhenDue:
    command = fired("resume", UNTIL)
    assert isinstance(command, ResumeWhenDue)
    return told(command, UNTIL + late)


def test_it_is_resumed_by_itself_when_its_time_is_up() -> None:
    answered = WORKED_ON.given(ANSWERED, late_resolution(), SUSPENDED)
    by_timer = of("system:timer", occurred_at=UNTIL)
    resumed = CaseResumed(**by_timer, cause=Resumption.UNTIL, sla=SLA, assignee_id=DENG)
    answered.when(on_time()).then(resumed)
    answered.when(on_time(late=DAY)).then(resumed)
    answered.given(resumed).when(on_time()).then()
    moved = SUSPENDED.model_copy(update={"until": UNTIL + DAY})
    answered.given(resumed, moved).when(on_time()).then()


def late_resolution() -> CaseEvent:
    """The resolution was overdue before: its clock says nothing here."""
    due = SLA.resolve_due
    assert due
    return SlaBreached(**of("system:timer", occurred_at=due), clock=Clock.RESOLVE, due=due)


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.RESOLVED, Status.WITHDRAWN])
def test_a_timer_that_comes_when_it_waits_no_longer_says_nothing(status: Status) -> None:
    past = NOTHING.given(*PAST[status], late_resolution()).given(ANSWERED)
    past.when(on_time()).then()


def test_the_reporter_may_withdraw_it_meanwhile_and_nothing_is_resumed() -> None:
    WAITING.when(by(LI, WithdrawCase())).reminds(
        Cancel("sla-first_response"), Cancel("sla-resolve"), Cancel("resume")
    )


# --- pauses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait_for", "paused"),
    [
        (Wait.RESIDENT, True),
        (Wait.CONTRACTOR, False),
        (Wait.DELIBERATION, True),
        (Wait.AUTHORITY, True),
    ],
)
def test_the_clocks_stand_still_for_some_of_what_it_waits_for(wait_for: Wait, paused: bool) -> None:
    suspended = SUSPENDED.model_copy(update={"wait_for": wait_for, "paused": paused})
    when = WORKED_ON.when(by(DENG, SuspendCase(wait_for=wait_for, until=UNTIL)))
    when.then(suspended)
    gone = [Cancel("sla-first_response"), Cancel("sla-resolve")] if paused else []
    when.reminds(*gone, Timer("resume", UNTIL))


def test_a_pause_moves_the_clocks_that_run_on_by_the_business_time_it_took() -> None:
    """From Friday 09:02 to 10:02; acknowledging was in time and does not move."""
    sla = SLA.model_copy(
        update={
            "first_response_warn": local(9, 11, 38),
            "first_response_due": local(9, 12, 2),
            "resolve_warn": local(20, 10, 2),
            "resolve_due": local(22, 10, 2),
            "first_response_l2": local(9, 13, 2),
            "first_response_l3": local(9, 14, 2),
            "resolve_l2": local(29, 10, 2),
            "resolve_l3": local(5, 10, 2, month=11),
            "paused_min": 60,
        }
    )
    resumed = RESUMED.model_copy(update={"occurred_at": LATER, "sla": sla})
    waiting = WORKED_ON.given(PAUSED)
    waiting.when(by(DENG, ResumeCase(), LATER)).then(resumed)
    waiting.when(by(DENG, ResumeCase(), LATER)).reminds(
        Cancel("resume"),
        Timer("sla-first_response", sla.first_response_warn),
        Timer("sla-resolve", local(20, 10, 2)),
    )
    assert sla.ack_due == SLA.ack_due


def test_what_was_answered_or_is_overdue_does_not_move() -> None:
    spec = WORKED_ON.given(ANSWERED, PAUSED)
    events = asked(spec, by(DENG, ResumeCase(), LATER))
    assert isinstance(events[-1], CaseResumed)
    assert events[-1].sla
    assert events[-1].sla.first_response_due == SLA.first_response_due
    assert events[-1].sla.resolve_due == local(22, 10, 2)


def test_what_a_timer_is_late_is_no_pause() -> None:
    until = local(9, 10, 2)
    waiting = WORKED_ON.given(ANSWERED, PAUSED.model_copy(update={"until": until}))
    for late in (timedelta(), DAY):
        command = fired("resume", until)
        assert isinstance(command, ResumeWhenDue)
        (resumed,) = asked(waiting, told(command, until + late))
        assert isinstance(resumed, CaseResumed)
        assert resumed.sla
        assert resumed.sla.resolve_due == local(22, 10, 2)


def test_nothing_becomes_overdue_while_the_clocks_stand_still() -> None:
    (resumed,) = asked(WORKED_ON.given(PAUSED), by(DENG, ResumeCase(), NOW + 29 * DAY))
    assert isinstance(resumed, CaseResumed)


# --- deliberation ----------------------------------------------------------------------------


def test_it_is_referred_and_the_topic_has_its_id_before_it_is_there() -> None:
    WORKED_ON.when(by(DENG, REFER)).then(REFERRED)
    answer = Referred.of(Outcome(CASE, 5, (REFERRED,)))
    assert (answer.topic_id, answer.chain_id, answer.version) == (TOPIC, TOPIC, 5)


def test_it_gives_back_its_place_in_a_load_and_may_be_given_to_somebody_again() -> None:
    WORKED_ON.when(by(DENG, REFER)).reserves(Release("load"))
    back = WORKED_ON.given(REFERRED, DELIBERATED, RESUMED)
    back.when(by(OPERATOR, ASSIGN)).reserves(Release("load"), Hold("load", HE, slots=20))


def test_the_clocks_stand_still_and_no_timer_wakes_it() -> None:
    WORKED_ON.when(by(DENG, REFER)).reminds(Cancel("sla-first_response"), Cancel("sla-resolve"))


@pytest.mark.parametrize(
    "spec",
    [
        WORKED_ON.given(REFERRED),
        WORKED_ON.given(LINKED),
        WORKED_ON.given(REFERRED, RESUMED),
        WORKED_ON.given(LINKED, SUSPENDED),
    ],
    ids=["referred", "linked", "resumed by hand", "suspended"],
)
def test_it_is_not_referred_while_a_topic_of_it_is_open(spec: CaseSpec) -> None:
    spec.when(by(DENG, REFER)).rejected("ALREADY_IN_DELIBERATION")


def test_once_it_is_over_that_it_was_referred_is_not_the_reason() -> None:
    spec = WORKED_ON.given(LINKED, RESOLVED)
    spec.when(by(DENG, REFER)).rejected("INVALID_TRANSITION")


def test_a_second_referral_is_another_topic_of_the_same_chain() -> None:
    again = REFERRED.model_copy(update={"topic_id": uuid5(CASE, "topic 2")})
    WORKED_ON.given(REFERRED, DELIBERATED, RESUMED).when(by(DENG, REFER)).then(again)


def test_what_happens_to_it_from_then_on_is_of_the_chain() -> None:
    resolved = RESOLVED.model_copy(update={"chain_id": TOPIC})
    spec = WORKED_ON.given(LINKED)
    spec.when(by(DENG, RESOLVE)).then(resolved)


def test_the_topic_it_is_linked_to_gives_it_the_chain_in_any_state() -> None:
    command = told(LinkToTopic(topic_id=TOPIC, chain_id=TOPIC), name="resolutions")
    for past in PAST.values():
        NOTHING.given(*past).when(command).then(LINKED)
    other = told(LinkToTopic(topic_id=TOPIC, chain_id=OTHER), name="resolutions")
    WORKED_ON.given(REFERRED).when(other).then(LINKED.model_copy(update={"chain_id": OTHER}))


def ended(outcome: Resumption, resolution: UUID | None) -> EndDeliberation:
    command = EndDeliberation(topic_id=TOPIC, cause=outcome, resolution_id=resolution)
    return told(command, name="resolutions")


@pytest.mark.parametrize(
    ("outcome", "resolution"),
    [
        (Resumption.EXECUTED, RESOLUTION),
        (Resumption.REJECTED, RESOLUTION),
        (Resumption.WITHDRAWN, None),
    ],
)
def test_it_goes_on_when_its_topic_has_come_to_an_end(
    outcome: Resumption, resolution: UUID | None
) -> None:
    about = of("system:resolutions", chain_id=TOPIC)
    resumed = CaseResumed(**about, cause=outcome, sla=SLA, assignee_id=DENG)
    over = DELIBERATED.model_copy(update={"cause": outcome, "resolution_id": resolution})
    WORKED_ON.given(REFERRED, LINKED).when(ended(outcome, resolution)).then(over, resumed)


@pytest.mark.parametrize("topic", [REFERRED, LINKED])
def test_one_that_waits_for_something_else_or_for_nothing_is_not_resumed(
    topic: CaseEvent,
) -> None:
    command = ended(Resumption.EXECUTED, RESOLUTION)
    by_hand = [topic, RESUMED] if topic is REFERRED else [topic]
    WORKED_ON.given(*by_hand).when(command).then(DELIBERATED)
    WORKED_ON.given(*by_hand, SUSPENDED).when(command).then(DELIBERATED)
    WORKED_ON.given(*by_hand, RESOLVED).when(command).then(DELIBERATED)


def test_a_linked_case_that_was_suspended_for_the_deliberation_goes_on_too() -> None:
    suspended = SUSPENDED.model_copy(update={"wait_for": Wait.DELIBERATION})
    about = of("system:resolutions", chain_id=TOPIC)
    resumed = CaseResumed(**about, cause=Resumption.EXECUTED, sla=SLA, assignee_id=DENG)
    linked = WORKED_ON.given(LINKED, suspended)
    linked.when(ended(Resumption.EXECUTED, RESOLUTION)).then(DELIBERATED, resumed)
    linked.when(ended(Resumption.EXECUTED, RESOLUTION)).reminds(Cancel("resume"))


def test_one_that_waits_for_another_topic_does_not() -> None:
    other = REFERRED.model_copy(update={"topic_id": OTHER})
    spec = WORKED_ON.given(other, LINKED)
    spec.when(ended(Resumption.EXECUTED, RESOLUTION)).then(DELIBERATED)


def test_a_topic_that_ended_or_is_of_other_cases_ends_nothing() -> None:
    command = ended(Resumption.EXECUTED, RESOLUTION)
    WORKED_ON.given(LINKED, DELIBERATED).when(command).then()
    WORKED_ON.when(command).then()


# --- what came of the resolution -------------------------------------------------------------


def test_what_has_helped_resolves_it_with_its_evidence() -> None:
    command = ResolveByResolution(
        resolution_id=RESOLUTION, outcome="楼道里已不再充电。", evidence_ids=("photo-1",)
    )
    about = of("system:resolutions", chain_id=TOPIC)
    resolved = CaseResolved(
        **about, outcome="楼道里已不再充电。", evidence_ids=("photo-1",),
        confirm_due=NOW + 7 * DAY, resolution_id=RESOLUTION,
    )  # fmt: skip
    spec = WORKED_ON.given(REFERRED, DELIBERATED, RESUMED)
    spec.when(told(command, name="resolutions")).then(resolved)
    spec.when(told(command, name="resolutions")).reserves(Release("repeat"), Release("load"))


def test_a_repair_needs_its_evidence_from_there_too() -> None:
    repair = NOTHING.given(
        OPENED.model_validate(OPENED.model_dump() | {"kind": "repair"}),
        *PAST[Status.IN_PROGRESS][1:],
    )
    command = ResolveByResolution(resolution_id=RESOLUTION, outcome="已修好。")
    repair.when(told(command)).rejected("EVIDENCE_REQUIRED")


@pytest.mark.parametrize("spec", [DONE, FINISHED])
def test_an_overturned_resolution_takes_it_up_again(spec: CaseSpec) -> None:
    command = ReopenOverturned(resolution_id=RESOLUTION, reason="草坪被占，业主反对。")
    reopened = CaseReopened(
        **of("system:resolutions"), cause=Cause.RESOLUTION_OVERTURNED,
        reason="草坪被占，业主反对。", n=1, assignee_id=DENG, resolution_id=RESOLUTION,
    )  # fmt: skip
    spec.when(told(command, name="resolutions")).then(reopened)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_what_is_resolved_already_is_not_resolved_again(status: Status) -> None:
    command = ResolveByResolution(resolution_id=RESOLUTION, outcome="楼道里已不再充电。")
    NOTHING.given(*PAST[status]).when(told(command)).then()


@pytest.mark.parametrize("status", sorted(OPEN))
def test_what_is_open_needs_no_reopening(status: Status) -> None:
    command = ReopenOverturned(resolution_id=RESOLUTION, reason="无效果")
    NOTHING.given(*PAST[status]).when(told(command)).then()


def test_an_overturn_that_is_the_third_reopening_escalates_like_any() -> None:
    command = ReopenOverturned(resolution_id=RESOLUTION, reason="无效果")
    first, second = (
        CaseReopened(**of(LI), cause=Cause.REPORTER, reason="坏", n=n, assignee_id=DENG)
        for n in (1, 2)
    )
    spec = DONE.given(first, RESOLVED, second, RESOLVED)
    events = asked(spec, told(command))
    assert [type(event).__name__ for event in events] == ["CaseReopened", "CaseEscalated"]


# --- transferred -----------------------------------------------------------------------------


def test_the_desk_hands_it_on_and_it_is_over_here() -> None:
    command = by(OPERATOR, TransferCase(agency="供电公司", note="属公共电网。"))
    WORKED_ON.when(command).then(TRANSFERRED)
    WORKED_ON.when(command).reserves(Release("repeat"), Release("load"))
    WORKED_ON.when(command).reminds(Cancel("sla-first_response"), Cancel("sla-resolve"))
