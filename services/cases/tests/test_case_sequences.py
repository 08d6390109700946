"""What holds of a case 事件 whatever is asked of it, in whatever order."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.asking import Link
from linli_cases.complaints.care_commands import RateCase
from linli_cases.complaints.care_events import CaseRated
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    CaseCommand,
    ClaimCase,
    ConfirmCase,
    EndDeliberation,
    EscalateCase,
    LinkToTopic,
    MergeCase,
    ReferToDeliberation,
    RejectCase,
    ReopenCase,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    RespondToReporter,
    ResumeCase,
    StartWork,
    SuspendCase,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import (
    CaseEscalated,
    CaseEvent,
    CaseLinkedToTopic,
    CaseReferredToDeliberation,
    CaseReopened,
    CaseSuspended,
    DeliberationEnded,
    ReporterAnswered,
    SlaBreached,
    SlaWarningIssued,
)
from linli_cases.complaints.reminders import awaited
from linli_cases.complaints.state import Case, evolve
from linli_cases.complaints.terms import OPEN, Channel, Clock, Resumption, Status, Wait
from linli_shared.decider import Hold, Rejected, Timer

from services.cases.tests.a_case import (
    DENG,
    ESCALATED,
    HE,
    LI,
    NOW,
    OPERATOR,
    OTHER,
    PAST,
    PAUSED,
    PHOTO,
    RATED,
    REFERRED,
    REOPENED,
    RESOLUTION,
    RESOLVED,
    RESUMED,
    TOPIC,
    ZHOU,
    by,
    report,
    told,
)

LINLI: Final = "a process"
PEOPLE = st.sampled_from([LI, DENG, OPERATOR]) | st.sampled_from([LI, ZHOU, DENG, HE, OPERATOR])
RESOLVE = ResolveCase(outcome="已办。", evidence_ids=(PHOTO,))
REFER = ReferToDeliberation(title="充电", description="议一议")
COMMANDS: st.SearchStrategy[CaseCommand] = st.sampled_from(
    [
        report(),
        AcknowledgeCase(),
        RejectCase(reason="abusive"),
        MergeCase(into=OTHER).learned(chain=(Link(OTHER, Status.NEW),)),
        AssignCase(assignee_id=DENG),
        AssignCase(assignee_id=HE),
        ClaimCase(),
        StartWork(),
        RespondToReporter(channel=Channel.PHONE, message="在办。"),
        SuspendCase(wait_for=Wait.RESIDENT, until=NOW + timedelta(days=20)),
        ResumeCase(),
        REFER,
        TransferCase(agency="供电公司"),
        EscalateCase(level=2, reason="久拖不决"),
        RESOLVE,
        ConfirmCase(),
        ReopenCase(reason="没有解决"),
        WithdrawCase(),
        RateCase(score=3, solved=False),
    ]
)
# Often what moves a case on, so that sequences get far; often anything else.
ON: st.SearchStrategy[tuple[str, CaseCommand]] = st.sampled_from(
    [
        (OPERATOR, AcknowledgeCase()),
        (OPERATOR, AssignCase(assignee_id=DENG)),
        (DENG, StartWork()),
        (DENG, SuspendCase(wait_for=Wait.RESIDENT, until=NOW + timedelta(days=3))),
        (DENG, SuspendCase(wait_for=Wait.CONTRACTOR, until=NOW + timedelta(days=60))),
        (DENG, ResumeCase()),
        (DENG, REFER),
        (DENG, RESOLVE),
        (LI, ConfirmCase()),
        (LI, ReopenCase(reason="没有解决")),
        (LI, RateCase(score=3, solved=False)),
    ]
)
# What a topic says comes in any order, too.
SAID: st.SearchStrategy[tuple[str, CaseCommand]] = st.sampled_from(
    [
        (LINLI, LinkToTopic(topic_id=TOPIC, chain_id=TOPIC)),
        (LINLI, EndDeliberation(topic_id=TOPIC, cause=Resumption.EXECUTED)),
        (LINLI, EndDeliberation(topic_id=TOPIC, cause=Resumption.REJECTED)),
        (LINLI, ResolveByResolution(resolution_id=RESOLUTION, outcome="已办。")),
        (LINLI, ReopenOverturned(resolution_id=RESOLUTION, reason="无效果")),
    ]
)
_ENDINGS: list[tuple[CaseEvent, ...]] = [
    (REOPENED, RESOLVED),
    (REOPENED.model_copy(update={"n": 2}), RESOLVED),
    (REOPENED.model_copy(update={"n": 3}), ESCALATED, RESOLVED),
]
_THRICE = tuple(event for ending in _ENDINGS for event in ending)
PASTS: list[tuple[CaseEvent, ...]] = [
    (),
    *PAST.values(),
    (*PAST[Status.RESOLVED], RATED, *_THRICE),
    (*PAST[Status.IN_PROGRESS], PAUSED, RESUMED, PAUSED),
    (*PAST[Status.IN_PROGRESS], REFERRED),
]
STEPS = st.tuples(
    ON | SAID | st.tuples(PEOPLE, COMMANDS),
    st.sampled_from([0, 0, 0, 1, 3, 26, 200]),  # hours later
    st.booleans(),  # timers are told in time
)
Life = tuple[tuple[CaseEvent, ...], list[tuple[tuple[str, CaseCommand], int, bool]]]
LIVES = st.tuples(st.sampled_from(PASTS), st.lists(STEPS, max_size=25))
TRANSITIONS = {
    (None, "new"),
    ("new", "acknowledged"),
    ("new", "rejected"),
    ("acknowledged", "rejected"),
    ("new", "merged"),
    ("acknowledged", "merged"),
    ("acknowledged", "assigned"),
    ("assigned", "in_progress"),
    ("in_progress", "assigned"),
    ("in_progress", "pending"),
    ("pending", "in_progress"),
    ("in_progress", "transferred"),
    ("in_progress", "resolved"),
    ("resolved", "closed"),
    ("resolved", "in_progress"),
    ("closed", "in_progress"),
    *((status, "withdrawn") for status in OPEN),
}
HELD = dict[tuple[str, str], Hold]


def kept(held: HELD, before: Case | None, event: CaseEvent) -> HELD:
    """What the case holds after `event`."""
    for change in CASES.reserve(before, event):
        if isinstance(change, Hold):
            assert (change.kind, change.key) not in held, "held twice"
            held = {**held, (change.kind, change.key): change}
        else:
            gone = {k for k in held if k[0] == change.kind and change.key in {None, k[1]}}
            held = {k: v for k, v in held.items() if k not in gone}
    return held


class Lived:
    """A case to which all this happens, each step in its bounds."""

    def __init__(self) -> None:
        self.events: list[CaseEvent] = []
        self.state: Case | None = None
        self.held: HELD = {}
        self.timers: dict[str, datetime] = {}

    def happens(self, decided: Sequence[CaseEvent]) -> None:
        for event in decided:
            self.held = kept(self.held, self.state, event)
            for change in CASES.remind(self.state, event):
                if isinstance(change, Timer):
                    self.timers[change.name] = change.due
                else:
                    self.timers.pop(str(change.name))  # there is one to cancel
            after = evolve(self.state, event)
            step = (self.state.status if self.state else None, after.status)
            assert step[0] == step[1] or step in TRANSITIONS, f"{step} is in no table"
            assert after.status in OPEN or not self.held, f"{after.status} holds {self.held}"
            assert sum(kind == "load" for kind, _ in self.held) <= 1, "in two loads"
            self.state = after
            self.events.append(event)
        assert self.timers == awaited(self.state)

    def asked(self, person: str, command: CaseCommand, now: datetime) -> None:
        say = told(command, now) if person == LINLI else by(person, command, now)
        with suppress(Rejected):
            self.happens(CASES.decide(say, self.state))

    def tell_timers(self, now: datetime) -> None:
        """Those that are due, in their order; none is refused, and none is told twice."""
        while due := [(at, name) for name, at in self.timers.items() if at <= now]:
            at, name = min(due)
            self.happens(decided := CASES.decide(told(CASES.fired(name, at), now), self.state))
            assert decided, f"{name} was due and nothing happened"


def lived(life: Life) -> list[CaseEvent]:
    past, steps = life
    one, now = Lived(), NOW
    one.happens(past)
    one.asked(LI, report(), now)
    for (person, command), hours, in_time in steps:
        now += timedelta(hours=hours)
        if in_time:
            one.tell_timers(now)
        one.asked(person, command, now)
    return one.events


@given(LIVES)
def test_no_order_of_commands_leaves_the_table_or_keeps_what_is_over(life: Life) -> None:
    lived(life)


@given(LIVES)
def test_what_counts_only_counts_up(life: Life) -> None:
    events = lived(life)
    reopenings = [e.n for e in events if isinstance(e, CaseReopened)]
    levels = [e.level for e in events if isinstance(e, CaseEscalated)]
    first = [e.first for e in events if isinstance(e, ReporterAnswered)]
    assert reopenings == list(range(1, len(reopenings) + 1))
    assert levels == sorted(set(levels))
    assert first == [n == 0 for n in range(len(first))]
    assert sum(isinstance(e, CaseRated) for e in events) <= 1
    assert sum(isinstance(e, CaseSuspended) for e in events) <= 3


@given(LIVES)
def test_each_clock_warns_and_is_overdue_once_in_that_order(life: Life) -> None:
    said = [e for e in lived(life) if isinstance(e, SlaWarningIssued | SlaBreached)]
    for clock in Clock:
        kinds = [type(e) for e in said if e.clock is clock]
        assert kinds in ([], [SlaWarningIssued], [SlaBreached], [SlaWarningIssued, SlaBreached])


@given(LIVES)
def test_a_case_that_is_over_stays_so(life: Life) -> None:
    over = {Status.MERGED, Status.REJECTED, Status.WITHDRAWN, Status.TRANSFERRED}
    events = lived(life)
    states = [CASES.fold(events[: n + 1]) for n in range(len(events))]
    ends = [n for n, state in enumerate(states) if state and state.status in over]
    after = events[ends[0] + 1 :] if ends else []
    about_topics = CaseLinkedToTopic | DeliberationEnded
    assert all(isinstance(e, about_topics) for e in after), "something happened after its end"


@given(LIVES)
def test_every_event_says_whose_case_it_is_of(life: Life) -> None:
    events = lived(life)
    assert {(e.case_kind, e.reporter_id) for e in events} == {("complaint", LI)}


@given(LIVES)
def test_from_its_link_on_every_event_says_the_chain(life: Life) -> None:
    chain, past = None, len(life[0])
    for n, event in enumerate(lived(life)):
        if isinstance(event, CaseLinkedToTopic | CaseReferredToDeliberation):
            chain = event.chain_id
        assert n < past or event.chain_id == chain
