"""What can happen to a key matter 关键小事 or a legacy problem 历史遗留问题 on its long way."""

from linli_shared.messages import Event, Value
from pydantic import AwareDatetime

from linli_cases.complaints.about import OfCase, Theirs


class Milestone(Value):
    """里程碑: what is to be there by `due_at`."""

    milestone_no: int
    title: Theirs
    due_at: AwareDatetime


class MilestonesPlanned(OfCase, Event, kind="linli.cases.MilestonesPlanned.v1"):
    """推进计划: the `n`th one, in place of what was not reached of the one before."""

    n: int
    milestones: tuple[Milestone, ...]
    assignee_id: str | None = None


class MilestoneReached(OfCase, Event, kind="linli.cases.MilestoneReached.v1"):
    milestone_no: int
    note: Theirs | None = None


class MilestoneMissed(OfCase, Event, kind="linli.cases.MilestoneMissed.v1"):
    """里程碑逾期: said once, at its due."""

    milestone_no: int
    due_at: AwareDatetime
    assignee_id: str | None = None


class MatterReviewed(OfCase, Event, kind="linli.cases.MatterReviewed.v1"):
    """定期回顾: the `n`th time somebody has looked where it stands."""

    n: int
    note: Theirs
    next_due: AwareDatetime


class ReviewMissed(OfCase, Event, kind="linli.cases.ReviewMissed.v1"):
    """回顾逾期: nobody has looked by `due`."""

    due: AwareDatetime
    next_due: AwareDatetime
    assignee_id: str | None = None


MatterEvent = MilestonesPlanned | MilestoneReached | MilestoneMissed | MatterReviewed | ReviewMissed
