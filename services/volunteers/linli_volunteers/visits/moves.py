"""Which command may meet which state of a visit 探访, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_volunteers.visits.commands import (
    Arrive,
    AssignVisitor,
    CompleteVisit,
    DeclineVisit,
    MissVisit,
    ReportNoAnswer,
    ScheduleVisit,
)
from linli_volunteers.visits.terms import Status

MOVES: Final[Moves] = {
    ScheduleVisit: ({None}, Status.PLANNED),
    AssignVisitor: ({Status.PLANNED, Status.ASSIGNED}, Status.ASSIGNED),
    Arrive: ({Status.ASSIGNED}, Status.ARRIVED),
    CompleteVisit: ({Status.ARRIVED}, Status.COMPLETED),
    ReportNoAnswer: ({Status.ARRIVED}, Status.NO_ANSWER),
    DeclineVisit: ({Status.PLANNED, Status.ASSIGNED, Status.ARRIVED}, Status.DECLINED),
    MissVisit: ({Status.ASSIGNED}, Status.MISSED),
}
