"""The long way of a key matter 关键小事 or a legacy problem 历史遗留问题: milestones, and somebody
who looks where it stands every thirty days. Nobody looks: level 1 of the ladder hears of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from linli_shared.decider import Rejected

from linli_cases.complaints import clocks
from linli_cases.complaints.asking import OfCase
from linli_cases.complaints.events import CaseEvent
from linli_cases.complaints.matter_commands import (
    FindMilestoneMissed,
    FindReviewMissed,
    PlanMilestones,
    Planning,
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
from linli_cases.complaints.speaking import assignee_or_desk, facts_of, with_assignee
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import OPEN, Kind

LONG: Final = frozenset({Kind.KEY_MATTER, Kind.LEGACY_ISSUE})


def first_review(command: OfCase, kind: Kind) -> datetime | None:
    """When somebody is to look at it for the first time, from now."""
    return command.now + command._policy.review_every if kind in LONG else None


def plan(command: Planning, case: Case) -> Sequence[CaseEvent]:
    if case.kind not in LONG:
        raise Rejected("KIND_HAS_NO_MILESTONES", kind=case.kind)
    assignee_or_desk(command, case)
    match command:
        case PlanMilestones():
            return _planned(command, case)
        case ReachMilestone():
            return _reached(command, case)
        case ReviewMatter():
            return _reviewed(command, case)
        case _:
            assert_never(command)


def _planned(command: PlanMilestones, case: Case) -> Sequence[CaseEvent]:
    """Numbers go on, so that one names one milestone whichever plan it was of."""
    given = enumerate(command.milestones, case.matter.last_no + 1)
    milestones = tuple(
        Milestone(milestone_no=no, title=one.title, due_at=one.due_at) for no, one in given
    )
    of = with_assignee(command, case)
    return [MilestonesPlanned(**of, n=case.matter.plans + 1, milestones=milestones)]


def _reached(command: ReachMilestone, case: Case) -> Sequence[CaseEvent]:
    if command.milestone_no not in case.matter.left:
        raise Rejected("NOT_FOUND")
    of, no = facts_of(command, case), command.milestone_no
    return [MilestoneReached(**of, milestone_no=no, note=command.note)]


def _reviewed(command: ReviewMatter, case: Case) -> Sequence[CaseEvent]:
    return [
        MatterReviewed(
            **facts_of(command, case),
            n=case.matter.reviews + 1,
            note=command.note,
            next_due=command.now + command._policy.review_every,
        )
    ]


def find_milestone_missed(command: FindMilestoneMissed, case: Case) -> Sequence[CaseEvent]:
    no, due = command.milestone_no, command.due
    if case.matter.left.get(no) != due:
        return []
    return [MilestoneMissed(**with_assignee(command, case), milestone_no=no, due_at=due)]


def find_review_missed(command: FindReviewMissed, case: Case) -> Sequence[CaseEvent]:
    """The next one is due as long after, whenever this is noticed."""
    due = command.due
    if case.status not in OPEN or case.matter.review_due != due:
        return []
    of, later = facts_of(command, case), due + command._policy.review_every
    missed = ReviewMissed(**with_assignee(command, case), due=due, next_due=later)
    if case.level >= 1:
        return [missed]
    return [missed, clocks.called(command, case, of, 1, "review_missed")]
