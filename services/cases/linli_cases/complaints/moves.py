"""Which command may meet which state of a case 事件, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    ClaimCase,
    ConfirmCase,
    MergeCase,
    OpenCase,
    RateCase,
    RejectCase,
    ReopenCase,
    ResolveCase,
    RespondToReporter,
    StartWork,
    WithdrawCase,
)
from linli_cases.complaints.terms import OPEN, Status

MOVES: Final[Moves] = {
    OpenCase: ({None}, Status.NEW),
    AcknowledgeCase: ({Status.NEW}, Status.ACKNOWLEDGED),
    RejectCase: ({Status.NEW, Status.ACKNOWLEDGED}, Status.REJECTED),
    MergeCase: ({Status.NEW, Status.ACKNOWLEDGED}, Status.MERGED),
    AssignCase: ({Status.ACKNOWLEDGED, Status.ASSIGNED, Status.IN_PROGRESS}, Status.ASSIGNED),
    ClaimCase: ({Status.ACKNOWLEDGED}, Status.ASSIGNED),
    StartWork: ({Status.ASSIGNED}, Status.IN_PROGRESS),
    RespondToReporter: (OPEN, None),
    ResolveCase: ({Status.IN_PROGRESS}, Status.RESOLVED),
    ConfirmCase: ({Status.RESOLVED}, Status.CLOSED),
    ReopenCase: ({Status.RESOLVED, Status.CLOSED}, Status.IN_PROGRESS),
    WithdrawCase: (OPEN, Status.WITHDRAWN),
    RateCase: ({Status.RESOLVED, Status.CLOSED}, None),
}
