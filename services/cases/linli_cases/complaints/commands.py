"""What somebody wants of a case 事件. The fields are the HTTP bodies."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Line, Text, Time
from pydantic import Field, PrivateAttr

from linli_cases.complaints.events import Near, Place
from linli_cases.complaints.policy import Policy
from linli_cases.complaints.terms import (
    Channel,
    Clock,
    Kind,
    Priority,
    Resumption,
    Status,
    Wait,
)

REPORTERS: Final = (Role.RESIDENT, Role.STEWARD, Role.OPERATOR, Role.INTEGRATOR)
DESK: Final = (Role.OPERATOR, Role.ESTATE_MANAGER)
STAFF: Final = (Role.STEWARD, Role.STEWARD_LEAD, *DESK)


@dataclass(frozen=True, slots=True)
class Link:
    """One case on the way from a merge's target up to what that was merged into, and so on."""

    case_id: UUID
    status: Status


class GivenPlace(Place, extra="forbid"):
    building_id: Key | None = None
    unit_id: Key | None = None
    public_area: Line | None = None


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class OpenCase(Governed, by=REPORTERS):
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
    _near: tuple[Near, ...] = PrivateAttr(default=())


class AcknowledgeCase(Command, by=DESK):
    pass


class RejectCase(Governed, by=DESK):
    """`reason` is one of the policy's `reject_reasons`."""

    reason: Annotated[str, Field(max_length=64)] = ""
    note: Text | None = None


class MergeCase(Command, by=DESK):
    into: UUID

    _chain: tuple[Link, ...] = PrivateAttr()


class AssignCase(Governed, by=DESK):
    assignee_id: Key


class ClaimCase(Governed, by=STAFF):
    pass


class StartWork(Command, by=STAFF):
    pass


class RespondToReporter(Command, by=STAFF):
    channel: Channel
    message: Text


class SuspendCase(Governed, by=STAFF):
    wait_for: Wait
    until: Time


class ResumeCase(Governed, by=STAFF):
    pass


class ReferToDeliberation(Governed, by=STAFF):
    """Title and description of the topic are for everybody: not the reporter's own words."""

    title: Line
    description: Text
    co_signer_ids: Annotated[tuple[Key, ...], Field(max_length=100)] = ()


class TransferCase(Command, by=DESK):
    agency: Line
    note: Text | None = None


class EscalateCase(Command, by=DESK):
    level: Annotated[int, Field(ge=1, le=3)]
    reason: Text


class ResolveCase(Governed, by=STAFF):
    outcome: Text
    evidence_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()

    _action_open: bool = PrivateAttr(default=False)


class ConfirmCase(Governed, by=REPORTERS):
    pass


class ReopenCase(Governed, by={*REPORTERS, *DESK}):
    reason: Text


class WithdrawCase(Command, by=REPORTERS):
    reason: Text | None = None


class RateCase(Command, by=REPORTERS):
    score: Annotated[int, Field(ge=1, le=5)]
    solved: bool


# --- from Linli itself: timers, and processes that read what became of a topic ----------------


class CheckClock(Command, by={SYSTEM}):
    """Somebody is to be warned by `due`, or something is overdue from then on."""

    clock: Clock
    due: Time


class ResumeWhenDue(Governed, by={SYSTEM}):
    due: Time


class CloseUnconfirmed(Governed, by={SYSTEM}):
    due: Time


class LinkToTopic(Command, by={SYSTEM}):
    topic_id: UUID
    chain_id: UUID


class EndDeliberation(Governed, by={SYSTEM}):
    topic_id: UUID
    cause: Resumption
    resolution_id: UUID | None = None


class ResolveByResolution(Governed, by={SYSTEM}):
    """What was decided has helped; `evidence_ids` show that it was done."""

    resolution_id: UUID
    outcome: Text
    evidence_ids: Annotated[tuple[Key, ...], Field(max_length=500)] = ()


class ReopenOverturned(Governed, by={SYSTEM}):
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
)
Ending = ResolveCase | ConfirmCase | ReopenCase | WithdrawCase | RateCase
Told = (
    CheckClock
    | ResumeWhenDue
    | CloseUnconfirmed
    | LinkToTopic
    | EndDeliberation
    | ResolveByResolution
    | ReopenOverturned
)
CaseCommand = OpenCase | Handling | Ending | Told
