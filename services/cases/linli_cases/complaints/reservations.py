"""What an open case 事件 keeps from others: its words, and a place in its assignee's load."""

from collections.abc import Sequence
from datetime import datetime

from linli_shared.decider import Hold, Rejected, Release, Reservation

from linli_cases.complaints.events import (
    CaseAssigned,
    CaseEvent,
    CaseMerged,
    CaseOpened,
    CaseReferredToDeliberation,
    CaseRejected,
    CaseResolved,
    CaseTransferred,
    CaseWithdrawn,
)
from linli_cases.complaints.likeness import repeat_key
from linli_cases.complaints.state import Case


def reserve(case: Case | None, event: CaseEvent) -> Sequence[Reservation]:
    """A case taken up again keeps neither: no reporter is refused because a worker is busy.

    A suspended one keeps its place in a load: it comes back to the same worker by itself, and a
    limit that suspending evades would be none. One referred to deliberation gives it back: for
    months it is the estate's turn, and when it returns it is as one taken up again.
    """
    match event:
        case CaseOpened():
            end = event.repeat_until + datetime.resolution  # a hold ends before its end
            return [Hold("repeat", repeat_key(event), event.occurred_at, end)]
        case CaseAssigned():
            return [Release("load"), Hold("load", event.assignee_id, slots=event.max_open)]
        case CaseReferredToDeliberation():
            return [Release("load")]
        case CaseResolved() | CaseRejected() | CaseMerged() | CaseWithdrawn() | CaseTransferred():
            return [Release("repeat"), Release("load")]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    if kind == "repeat":
        return Rejected("DUPLICATE_OPEN_CASE", existing_case_id=holder)
    return Rejected("ASSIGNEE_OVERLOADED")
