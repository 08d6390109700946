"""What a visit 探访 keeps from others: its recurrence for ever, and its visitor's time."""

from collections.abc import Sequence

from linli_shared.decider import Hold, Rejected, Reservation

from linli_volunteers.engagements import hold, lost, release_all
from linli_volunteers.visits.events import (
    VisitCompleted,
    VisitDeclined,
    VisitEvent,
    VisitMissed,
    VisitNoAnswer,
    VisitorAssigned,
    VisitScheduled,
)
from linli_volunteers.visits.state import Visit


def reserve(visit: Visit | None, event: VisitEvent) -> Sequence[Reservation]:
    match event:
        case VisitScheduled():
            return [Hold("recurrence", f"{event.elder_id}|{event.recurrence_id}")]
        case VisitorAssigned() if visit:
            before = release_all() if event.previous_id else []
            return [*before, *hold(event.visitor_id, visit.engagement(event.visit_id))]
        case VisitCompleted() | VisitNoAnswer() | VisitDeclined() | VisitMissed():
            return release_all()
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    if kind == "recurrence":
        return Rejected("VISIT_ALREADY_SCHEDULED", existing_visit_id=holder)
    return lost()
