"""What somebody wants of a case 事件. The fields are the HTTP bodies."""

from typing import Annotated
from uuid import UUID

from linli_shared.messages import SYSTEM
from linli_shared.text import Key, Line, Text, Time
from pydantic import Field, PrivateAttr

from linli_cases.complaints.about import Near
from linli_cases.complaints.asking import DESK, REPORTERS, STAFF, GivenPlace, Link, OfCase
from linli_cases.complaints.care_commands import AskAgainWhenDue, Caring
from linli_cases.complaints.matter_commands import (
    FindMilestoneMissed,
    FindReviewMissed,
    Planning,
)
from linli_cases.complaints.sla import DEFAULT, SlaPolicy
from linli_cases.complaints.terms import (
    Channel,
    Clock,
    Kind,
    Priority,
    Resumption,
    Stage,
    Wait,
)
from linli_cases.duty.commands import HEARS


class OpenCase(OfCase, by=REPORTERS):
    """Staff may report for a resident, who then is the reporter."""

    estate_id: Key
    kind: Kind
    service_code: Key
    title: Line
    description: Text
    place: GivenPlace = GivenPlace()
    channel: Channel
    priority: Priority | None = None
    on_behalf_of_id: Key | None = None
    about_person_id: Key | None = None

    _case_no: str = PrivateAttr()
    _sla: SlaPolicy = PrivateAttr(default=DEFAULT)
    _near: tuple[Near, ...] = PrivateAttr(default=())


class AcknowledgeCase(OfCase, by=DESK):
    pass


class RejectCase(OfCase, by=DESK):
    """`reason` is one of the policy's `reject_reasons`."""

    reason: Annotated[str, Field(max_length=64)] = ""
    note: Text | None = None


class MergeCase(OfCase, by=DESK):
    into: UUID

    _chain: tuple[Link, ...] = PrivateAttr()


class AssignCase(OfCase, by=DESK):
    assignee_id: Key


class ClaimCase(OfCase, by=STAFF):
    pass


class StartWork(OfCase, by=STAFF):
    pass


class RespondToReporter(OfCase, by=STAFF):
    channel: Channel
    message: Text


class SuspendCase(OfCase, by=STAFF):
    wait_for: Wait
    until: Time


class ResumeCase(OfCase, by=STAFF):
    pass


class ReferToDeliberation(OfCase, by=STAFF):
    """Title and description of the topic are for everybody: not the reporter's own words."""

    title: Line
    description: Text
    co_signer_ids: Annotated[tuple[Key, ...], Field(max_length=100)] = ()


class TransferCase(OfCase, by=DESK):
    agency: Line
    note: Text | None = None


class AcknowledgeEscalation(OfCase, by=HEARS.values()):
    """By the role that was called, or one above it."""


class EscalateCase(OfCase, by=DESK):
    level: Annotated[int, Field(ge=1, le=3)]
    reason: Text


class AddEvidence(OfCase, by={*REPORTERS, *STAFF}):
    """No body says it: the body is the picture."""

    stage: Stage

    _evidence_id: UUID = PrivateAttr()
    _file_key: str = PrivateAttr()
    _width: int = PrivateAttr()
    _height: int = PrivateAttr()
    _size_bytes: int = PrivateAttr()


class ResolveCase(OfCase, by=STAFF):
    """`evidence_ids` are pictures of this case."""

    outcome: Text
    evidence_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()

    _action_open: bool = PrivateAttr(default=False)


class ConfirmCase(OfCase, by=REPORTERS):
    pass


class ReopenCase(OfCase, by={*REPORTERS, *DESK}):
    reason: Text


class WithdrawCase(OfCase, by=REPORTERS):
    reason: Text | None = None


# --- from Linli itself: timers, and processes that read what became of a topic ----------------


class CheckClock(OfCase, by={SYSTEM}):
    """Somebody is to be warned by `due`, or something is overdue from then on."""

    clock: Clock
    due: Time


class CheckSilence(OfCase, by={SYSTEM}):
    """Whoever was called may keep silent until `due`."""

    due: Time


class ResumeWhenDue(OfCase, by={SYSTEM}):
    due: Time


class CloseUnconfirmed(OfCase, by={SYSTEM}):
    due: Time


class LinkToTopic(OfCase, by={SYSTEM}):
    topic_id: UUID
    chain_id: UUID


class EndDeliberation(OfCase, by={SYSTEM}):
    topic_id: UUID
    cause: Resumption
    resolution_id: UUID | None = None


class ResolveByResolution(OfCase, by={SYSTEM}):
    """What was decided has helped; `evidence_ids` show that it was done."""

    resolution_id: UUID
    outcome: Text
    evidence_ids: Annotated[tuple[Key, ...], Field(max_length=500)] = ()


class ReopenOverturned(OfCase, by={SYSTEM}):
    resolution_id: UUID
    reason: Text


Handling = (
    AcknowledgeCase
    | RejectCase
    | MergeCase
    | AssignCase
    | ClaimCase
    | StartWork
    | RespondToReporter
    | SuspendCase
    | ResumeCase
    | ReferToDeliberation
    | TransferCase
    | EscalateCase
    | AddEvidence
    | AcknowledgeEscalation
)
Ending = ResolveCase | ConfirmCase | ReopenCase | WithdrawCase
Told = (
    CheckClock
    | CheckSilence
    | ResumeWhenDue
    | CloseUnconfirmed
    | AskAgainWhenDue
    | FindMilestoneMissed
    | FindReviewMissed
    | LinkToTopic
    | EndDeliberation
    | ResolveByResolution
    | ReopenOverturned
)
CaseCommand = OpenCase | Handling | Ending | Caring | Planning | Told
