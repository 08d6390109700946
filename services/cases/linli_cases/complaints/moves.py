"""Which command may meet which state of a case 事件, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_cases.complaints.care_commands import (
    AnswerRating,
    AskAgainWhenDue,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AcknowledgeEscalation,
    AddEvidence,
    AssignCase,
    CheckClock,
    CheckSilence,
    ClaimCase,
    CloseUnconfirmed,
    ConfirmCase,
    EndDeliberation,
    EscalateCase,
    LinkToTopic,
    MergeCase,
    OpenCase,
    ReferToDeliberation,
    RejectCase,
    ReopenCase,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    RespondToReporter,
    ResumeCase,
    ResumeWhenDue,
    StartWork,
    SuspendCase,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.matter_commands import (
    FindMilestoneMissed,
    FindReviewMissed,
    PlanMilestones,
    ReachMilestone,
    ReviewMatter,
)
from linli_cases.complaints.terms import OPEN, Status

_ANY: Final = frozenset(Status)  # a timer may come late; what a topic does is written down anyhow
_DONE: Final = frozenset({Status.RESOLVED, Status.CLOSED})
MOVES: Final[Moves] = {
    OpenCase: ({None}, Status.NEW),
    AcknowledgeCase: ({Status.NEW}, Status.ACKNOWLEDGED),
    RejectCase: ({Status.NEW, Status.ACKNOWLEDGED}, Status.REJECTED),
    MergeCase: ({Status.NEW, Status.ACKNOWLEDGED}, Status.MERGED),
    AssignCase: ({Status.ACKNOWLEDGED, Status.ASSIGNED, Status.IN_PROGRESS}, Status.ASSIGNED),
    ClaimCase: ({Status.ACKNOWLEDGED}, Status.ASSIGNED),
    StartWork: ({Status.ASSIGNED}, Status.IN_PROGRESS),
    RespondToReporter: (OPEN, None),
    SuspendCase: ({Status.IN_PROGRESS}, Status.PENDING),
    ResumeCase: ({Status.PENDING}, Status.IN_PROGRESS),
    ReferToDeliberation: ({Status.IN_PROGRESS}, Status.PENDING),
    TransferCase: ({Status.IN_PROGRESS}, Status.TRANSFERRED),
    EscalateCase: (OPEN, None),
    AcknowledgeEscalation: (OPEN, None),
    AddEvidence: (OPEN | {Status.RESOLVED}, None),
    ResolveCase: ({Status.IN_PROGRESS}, Status.RESOLVED),
    ConfirmCase: ({Status.RESOLVED}, Status.CLOSED),
    ReopenCase: ({Status.RESOLVED, Status.CLOSED}, Status.IN_PROGRESS),
    WithdrawCase: (OPEN, Status.WITHDRAWN),
    NoteFromReporter: (OPEN, None),
    RateCase: (_DONE, None),
    AnswerRating: (_DONE, None),
    PlanMilestones: (OPEN, None),
    ReachMilestone: (OPEN, None),
    ReviewMatter: (OPEN, None),
    RecordReturnVisit: ({Status.CLOSED}, None),
    CheckClock: (_ANY, None),
    CheckSilence: (_ANY, None),
    ResumeWhenDue: (_ANY, None),
    CloseUnconfirmed: (_ANY, None),
    AskAgainWhenDue: (_ANY, None),
    FindMilestoneMissed: (_ANY, None),
    FindReviewMissed: (_ANY, None),
    LinkToTopic: (_ANY, None),
    EndDeliberation: (_ANY, None),
    # Of one that is resolved already, or open again, there is nothing left to do.
    ResolveByResolution: ({Status.IN_PROGRESS, *_DONE}, None),
    ReopenOverturned: (OPEN | _DONE, None),
}
