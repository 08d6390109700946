"""Key matters 关键小事 and legacy problems 历史遗留问题: milestones, a review every thirty days."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.commands import CaseCommand
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseEscalated, CaseEvent, CaseOpened, CaseReopened
from linli_cases.complaints.matter_commands import (
    GivenMilestone,
    PlanMilestones,
    ReachMilestone,
    ReviewMatter,
)
from linli_cases.complaints.matter_events import (
    MatterReviewed,
    Milestone,
    MilestoneMissed,
    MilestoneReached,
    MilestonesPlanned,
    ReviewMissed,
)
from linli_cases.complaints.reminders import awaited, fired
from linli_cases.complaints.terms import OPEN, Kind, Status
from linli_language.roles import Role
from linli_shared.decider import Cancel, Rejected, Timer
from linli_shared.testing import Spec

from services.cases.tests.a_case import (
    DENG,
    HE,
    LI,
    NOW,
    OPENED,
    OPERATOR,
    PAST,
    by,
    of,
    report,
    told,
)

MONTH = timedelta(days=30)
DUE, FIRST, SECOND = NOW + MONTH, NOW + timedelta(days=9), NOW + timedelta(days=20)
KEY: dict[str, Any] = {"kind": Kind.KEY_MATTER}


def about(person: str, **change: Any) -> dict[str, Any]:
    return of(person, **KEY | change)


def as_matter(past: tuple[CaseEvent, ...]) -> tuple[CaseEvent, ...]:
    """The same, of a key matter without clocks."""
    long = {"case_kind": Kind.KEY_MATTER, "review_due": DUE, "sla": None}
    opened = OPENED.model_copy(update=long)
    return (opened, *past[1:])


MATTERS = {status: Spec(CASES).given(*as_matter(past)) for status, past in PAST.items()}
WORKED_ON = MATTERS[Status.IN_PROGRESS]
STEPS = ("征求意见", "施工")
PLAN = PlanMilestones(
    milestones=tuple(
        GivenMilestone(title=title, due_at=due)
        for title, due in zip(STEPS, (FIRST, SECOND), strict=True)
    )
)


def planned(first: int = 1, n: int = 1) -> MilestonesPlanned:
    them = enumerate(zip(STEPS, (FIRST, SECOND), strict=True), first)
    milestones = tuple(
        Milestone(milestone_no=no, title=title, due_at=due) for no, (title, due) in them
    )
    return MilestonesPlanned(**about(DENG), n=n, milestones=milestones, assignee_id=DENG)


def tick(name: str, due: datetime) -> CaseCommand:
    command: CaseCommand = told(fired(name, due), due)
    return command


# --- milestones ------------------------------------------------------------------------------


def test_whoever_has_it_in_hand_plans_milestones_and_reaches_them() -> None:
    WORKED_ON.when(by(DENG, PLAN)).then(planned())
    WORKED_ON.when(by(DENG, PLAN)).reminds(
        Timer("milestone-1", FIRST), Timer("milestone-2", SECOND)
    )
    spec = WORKED_ON.given(planned())
    reached = MilestoneReached(**about(DENG), milestone_no=1, note="32 户同意")
    command = by(DENG, ReachMilestone(milestone_no=1, note="32 户同意"))
    spec.when(command).then(reached)
    spec.when(command).reminds(Cancel("milestone-1"))
    spec.given(reached).when(command).rejected("NOT_FOUND")
    spec.when(by(DENG, ReachMilestone(milestone_no=3))).rejected("NOT_FOUND")
    spec.when(by(HE, PLAN)).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])
    by_desk = planned(first=3, n=2).model_copy(update={"by_id": OPERATOR})
    spec.when(by(OPERATOR, PLAN)).then(by_desk)


def test_a_new_plan_takes_the_place_of_what_was_not_reached() -> None:
    """A number names one milestone, whichever plan it was of."""
    again = WORKED_ON.given(planned(), planned(first=3, n=2))
    again.when(by(DENG, ReachMilestone(milestone_no=1))).rejected("NOT_FOUND")
    again.when(tick("milestone-1", FIRST)).then()
    state = CASES.fold([*as_matter(PAST[Status.IN_PROGRESS]), planned(), planned(first=3, n=2)])
    assert {"milestone-3", "milestone-4"} == {n for n in awaited(state) if n.startswith("mile")}


def test_a_milestone_that_is_not_reached_in_time_is_said_to_be_missed_once() -> None:
    spec = WORKED_ON.given(planned())
    missed = MilestoneMissed(
        **about("system:timer", occurred_at=FIRST), milestone_no=1, due_at=FIRST, assignee_id=DENG
    )
    spec.when(tick("milestone-1", FIRST)).then(missed)
    spec.given(missed).when(tick("milestone-1", FIRST)).then()
    late = MilestoneReached(**about(DENG), milestone_no=1)
    spec.given(missed).when(by(DENG, ReachMilestone(milestone_no=1))).then(late)


@pytest.mark.parametrize("command", [PLAN, ReachMilestone(milestone_no=1), ReviewMatter(note="x")])
def test_a_complaint_has_neither_milestones_nor_reviews(command: Any) -> None:
    spec = Spec(CASES).given(*PAST[Status.IN_PROGRESS])
    spec.when(by(DENG, command)).rejected("KIND_HAS_NO_MILESTONES", kind=Kind.COMPLAINT)


# --- reviews ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_those_that_take_long_are_reviewed_thirty_days_after_they_were_reported(
    kind: Kind,
) -> None:
    (opened,) = CASES.decide(by(LI, report(kind=kind)), None)
    assert isinstance(opened, CaseOpened)
    long = kind in {Kind.KEY_MATTER, Kind.LEGACY_ISSUE}
    assert opened.review_due == (DUE if long else None)
    assert ("review" in awaited(CASES.fold([opened]))) is long


def test_a_review_moves_the_next_one() -> None:
    later = NOW + timedelta(days=10)
    reviewed = MatterReviewed(
        **about(DENG, occurred_at=later), n=1, note="等待报价", next_due=later + MONTH
    )
    command = by(DENG, ReviewMatter(note="等待报价"), later)
    state = CASES.fold([*as_matter(PAST[Status.IN_PROGRESS]), reviewed])
    assert awaited(state)["review"] == later + MONTH
    events = CASES.decide(command, CASES.fold(as_matter(PAST[Status.IN_PROGRESS])))
    assert events[-1] == reviewed
    WORKED_ON.given(reviewed).when(tick("review", DUE)).then()


@pytest.mark.parametrize("level", [0, 1])
def test_a_review_that_nobody_made_is_said_and_goes_up_once(level: int) -> None:
    at = about("system:timer", occurred_at=DUE)
    missed = ReviewMissed(**at, due=DUE, next_due=DUE + MONTH, assignee_id=DENG)
    up = CaseEscalated(**at, level=1, to_role=Role.STEWARD_LEAD, cause="review_missed")
    past: list[CaseEvent] = [*as_matter(PAST[Status.IN_PROGRESS])]
    past += [up] if level else []
    events = CASES.decide(tick("review", DUE), CASES.fold(past))
    found = [e for e in events if isinstance(e, ReviewMissed)]
    raised = [e for e in events if isinstance(e, CaseEscalated) and e.cause == "review_missed"]
    assert found == [missed]
    assert len(raised) == 1 - level
    assert awaited(CASES.fold([*past, missed]))["review"] == DUE + MONTH


@pytest.mark.parametrize("status", sorted({*Status} - OPEN))
def test_what_is_over_is_reviewed_no_more(status: Status) -> None:
    state = CASES.fold([*as_matter(PAST[status])])
    assert not {"review", "milestone-1"} & awaited(state).keys()
    events = CASES.decide(tick("review", DUE), state)
    assert not any(isinstance(event, ReviewMissed) for event in events)


def test_one_that_is_taken_up_again_is_reviewed_a_month_from_then() -> None:
    """And not at once for a review that was due while it was over."""
    later = NOW + timedelta(days=45)
    again = CaseReopened.model_validate(
        about(LI) | {"cause": "reporter", "reason": "又坏了", "n": 1, "assignee_id": DENG}
        | {"review_due": later}
    )  # fmt: skip
    state = CASES.fold([*as_matter(PAST[Status.RESOLVED]), again])
    assert awaited(state)["review"] == later


# --- whatever order -----------------------------------------------------------------------------

DOINGS = st.sampled_from(
    [
        (DENG, PLAN),
        (DENG, ReviewMatter(note="x")),
        *((DENG, ReachMilestone(milestone_no=no)) for no in (1, 2, 3, 4)),
        ("timer", ("milestone-1", FIRST)),
        ("timer", ("milestone-3", FIRST)),
        ("timer", ("review", DUE)),
    ]
)


@given(st.lists(DOINGS, max_size=20))
def test_each_milestone_is_reached_and_missed_at_most_once(doings: list[Any]) -> None:
    state = CASES.fold(as_matter(PAST[Status.IN_PROGRESS]))
    events: list[CaseEvent] = []
    for person, what in doings:
        command = tick(*what) if person == "timer" else by(person, what)
        with suppress(Rejected):
            made = CASES.decide(command, state)
            events += made
            state = CASES.fold(made, state)
            assert state
            assert state.matter.review_due, "somebody is always to look"
    for kind in (MilestoneReached, MilestoneMissed):
        numbers = [e.milestone_no for e in events if isinstance(e, kind)]
        assert len(numbers) == len(set(numbers))
    plans = [no for e in events if isinstance(e, MilestonesPlanned) for no in
             (one.milestone_no for one in e.milestones)]  # fmt: skip
    assert len(plans) == len(set(plans))
