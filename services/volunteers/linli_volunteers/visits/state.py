"""What the rules of a visit 探访 need to know of it, and nothing else."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from linli_volunteers.engagements import Engagement
from linli_volunteers.visits.events import (
    VisitCompleted,
    VisitDeclined,
    VisitEvent,
    VisitMissed,
    VisitNoAnswer,
    VisitorArrived,
    VisitorAssigned,
    VisitScheduled,
)
from linli_volunteers.visits.terms import Status, Tier


@dataclass(frozen=True, slots=True)
class Visit:
    elder_id: str
    tier: Tier
    starts_at: datetime
    ends_at: datetime
    declined_visitor_ids: frozenset[str]
    way_min: int
    status: Status = Status.PLANNED
    visitor_id: str | None = None
    arrive_by: datetime | None = None

    def engagement(self, visit_id: UUID) -> Engagement:
        """What it is to the visitor: the post is the elder's home."""
        home = f"elder:{self.elder_id}"
        return Engagement("visit", str(visit_id), home, self.starts_at, self.ends_at, self.way_min)


def evolve(visit: Visit | None, event: VisitEvent) -> Visit:
    if isinstance(event, VisitScheduled):
        declined = frozenset(event.declined_visitor_ids)
        return Visit(
            event.elder_id, event.tier, event.starts_at, event.ends_at, declined,
            event.travel_buffer_min,
        )  # fmt: skip
    assert visit is not None, "a stream begins with VisitScheduled"
    match event:
        case VisitorAssigned():
            visitor, by = event.visitor_id, event.arrive_by
            return replace(visit, status=Status.ASSIGNED, visitor_id=visitor, arrive_by=by)
        case VisitorArrived():
            return replace(visit, status=Status.ARRIVED)
        case VisitCompleted():
            return replace(visit, status=Status.COMPLETED)
        case VisitNoAnswer():
            return replace(visit, status=Status.NO_ANSWER)
        case VisitDeclined():
            return replace(visit, status=Status.DECLINED)
        case VisitMissed():
            return replace(visit, status=Status.MISSED)
        case _:
            assert_never(event)
