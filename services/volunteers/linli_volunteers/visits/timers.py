"""What the clock says to a visit 探访: nobody has arrived."""

from collections.abc import Sequence
from datetime import datetime

from linli_shared.decider import Cancel, Reminder, Timer

from linli_volunteers.visits.commands import MissVisit
from linli_volunteers.visits.events import (
    VisitDeclined,
    VisitEvent,
    VisitMissed,
    VisitorArrived,
    VisitorAssigned,
)
from linli_volunteers.visits.moves import MOVES
from linli_volunteers.visits.state import Visit


def remind(visit: Visit | None, event: VisitEvent) -> Sequence[Reminder]:
    match event:
        case VisitorAssigned():
            return [Timer("missed", event.arrive_by)]
        case VisitorArrived() | VisitDeclined() | VisitMissed():
            return [Cancel()]
        case _:
            return []


def fired(name: str, due: datetime) -> MissVisit:
    """It happens when it was due, however late the clock comes to say so."""
    return MissVisit(due=due, occurred_at=due)


def outdated(command: MissVisit, visit: Visit) -> bool:
    """Somebody has arrived, or the time has moved: there is nothing to do any more."""
    sources, _ = MOVES[MissVisit]
    return visit.status not in sources or command.due != visit.arrive_by
