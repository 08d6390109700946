"""What somebody wants of a key matter 关键小事 or a legacy problem 历史遗留问题. The fields are the
HTTP bodies."""

from typing import Annotated

from linli_shared.messages import SYSTEM, Message
from linli_shared.text import Line, Text, Time
from pydantic import Field

from linli_cases.complaints.asking import STAFF, OfCase


class GivenMilestone(Message):
    title: Line
    due_at: Time


class PlanMilestones(OfCase, by=STAFF):
    """All that is still to be reached, from now on."""

    milestones: Annotated[tuple[GivenMilestone, ...], Field(min_length=1, max_length=30)]


class ReachMilestone(OfCase, by=STAFF):
    milestone_no: int
    note: Text | None = None


class ReviewMatter(OfCase, by=STAFF):
    """Where it stands, and what keeps it."""

    note: Text


class FindMilestoneMissed(OfCase, by={SYSTEM}):
    milestone_no: int
    due: Time


class FindReviewMissed(OfCase, by={SYSTEM}):
    due: Time


Planning = PlanMilestones | ReachMilestone | ReviewMatter
