"""Which command may meet which state of a resolution 决议, or of one of its actions."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_meetings.resolutions.commands import (
    AssignAction,
    BringResult,
    CompleteAction,
    FindIdle,
    FindMissed,
    FindOverdue,
    PublishResolution,
    RecordEvaluation,
    ScheduleEvaluation,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.terms import IN_FORCE, ActionStatus, Status

_RUNNING: Final = frozenset({Status.PUBLICISED, Status.IN_EXECUTION})
_ANY: Final = frozenset(Status)  # a timer may come late
MOVES: Final[Moves] = {
    BringResult: ({None}, Status.ADOPTED),
    PublishResolution: ({Status.ADOPTED}, Status.PUBLICISED),
    FindIdle: (_ANY, None),
    AssignAction: (_RUNNING, None),
    StartAction: (_RUNNING, Status.IN_EXECUTION),
    FindOverdue: (_ANY, None),
    CompleteAction: ({Status.IN_EXECUTION}, None),
    VerifyAction: ({Status.IN_EXECUTION}, Status.EXECUTED),
    ScheduleEvaluation: (IN_FORCE, None),
    FindMissed: (_ANY, None),
    RecordEvaluation: (IN_FORCE, Status.EVALUATED_EFFECTIVE),
}
ACTION_MOVES: Final[Moves] = {
    StartAction: ({ActionStatus.ASSIGNED}, ActionStatus.STARTED),
    CompleteAction: ({ActionStatus.STARTED}, ActionStatus.DONE),
    VerifyAction: ({ActionStatus.DONE}, ActionStatus.VERIFIED),
}
