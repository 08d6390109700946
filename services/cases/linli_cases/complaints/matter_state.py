"""What the rules need to know of the long way of a matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from linli_cases.complaints.matter_events import (
    MatterEvent,
    MatterReviewed,
    MilestoneMissed,
    MilestoneReached,
    MilestonesPlanned,
    ReviewMissed,
)


@dataclass(frozen=True, slots=True)
class Matter:
    """`left`: milestones that are not reached, and when each is missed; nothing where that was said
    already. `review_due`: when somebody is to look again; None where nobody has to."""

    left: Mapping[int, datetime | None] = field(default_factory=dict)
    plans: int = 0
    last_no: int = 0
    reviews: int = 0
    review_due: datetime | None = None


def evolve(matter: Matter, event: MatterEvent) -> Matter:
    match event:
        case MilestonesPlanned():
            left = {one.milestone_no: one.due_at for one in event.milestones}
            last = max(matter.last_no, *left)
            return replace(matter, left=left, plans=event.n, last_no=last)
        case MilestoneReached():
            left_ = {no: due for no, due in matter.left.items() if no != event.milestone_no}
            return replace(matter, left=left_)
        case MilestoneMissed():
            return replace(matter, left={**matter.left, event.milestone_no: None})
        case MatterReviewed():
            return replace(matter, reviews=event.n, review_due=event.next_due)
        case ReviewMissed():
            return replace(matter, review_due=event.next_due)
        case _:
            assert_never(event)
