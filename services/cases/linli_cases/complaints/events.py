"""What can happen to a case 事件. Titles, descriptions and answers are personal text."""

from typing import Literal
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from linli_cases.complaints.terms import Cause, Channel, Kind, Priority


class Place(Value):
    building_id: str | None = None
    unit_id: str | None = None
    public_area: str | None = None


class Near(Value):
    """An open case that looks like the same matter. It tells neither who reported it nor in what
    words, nor a unit, which would tell who."""

    case_id: UUID
    place: Place
    service_code: str
    opened_at: AwareDatetime
    score_bp: int


class OfCase(BaseModel):
    """What every event of a case says of it, so that no reader has to look elsewhere."""

    model_config = ConfigDict(serialize_by_alias=True)

    case_id: UUID
    case_kind: Kind = Field(alias="kind")  # in Python `Event.kind` is the name on the wire
    reporter_id: str
    by_id: str
    """Whoever did it."""


class CaseOpened(OfCase, Event, kind="linli.cases.CaseOpened.v1"):
    case_no: str
    service_code: str
    title: str
    description: str
    place: Place
    channel: Channel
    priority: Priority
    about_person_id: str | None = None
    repeat_until: AwareDatetime
    """Until then the same words of the same reporter are a repeat."""
    policy_version: str


class DuplicateSuspected(OfCase, Event, kind="linli.cases.DuplicateSuspected.v1"):
    """疑似重复: the likest first; `score_bp` is its score."""

    candidates: tuple[Near, ...]
    score_bp: int


class CaseAcknowledged(OfCase, Event, kind="linli.cases.CaseAcknowledged.v1"):
    """签收."""


class CaseRejected(OfCase, Event, kind="linli.cases.CaseRejected.v1"):
    """不予受理."""

    reason: str
    note: str | None = None


class CaseMerged(OfCase, Event, kind="linli.cases.CaseMerged.v1"):
    """并单: from now on `reporter_id` gets what the reporter of `into` gets."""

    into: UUID


class CaseAssigned(OfCase, Event, kind="linli.cases.CaseAssigned.v1"):
    """派单, or 抢单 where `by_id` is the assignee."""

    assignee_id: str
    previous_id: str | None = None
    max_open: int
    """How many open cases the assignee might have, this one counted."""


class WorkStarted(OfCase, Event, kind="linli.cases.WorkStarted.v1"):
    """开始处理."""


class ReporterAnswered(OfCase, Event, kind="linli.cases.ReporterAnswered.v1"):
    """答复: the first one stops the first-response clock."""

    channel: Channel
    message: str
    first: bool


class CaseResolved(OfCase, Event, kind="linli.cases.CaseResolved.v1"):
    """办结: the reporter may confirm until `confirm_due`."""

    outcome: str
    evidence_ids: tuple[str, ...]
    confirm_due: AwareDatetime


class CaseClosed(OfCase, Event, kind="linli.cases.CaseClosed.v1"):
    """The reporter may have it taken up again until `reopen_until`."""

    confirmed_by: Literal["reporter", "timeout"]
    reopen_until: AwareDatetime


class CaseReopened(OfCase, Event, kind="linli.cases.CaseReopened.v1"):
    """重新办理, for the `n`th time, by the last assignee."""

    cause: Cause
    reason: str
    n: int
    assignee_id: str | None


class CaseEscalated(OfCase, Event, kind="linli.cases.CaseEscalated.v1"):
    level: int
    to_role: Role
    cause: str


class CaseWithdrawn(OfCase, Event, kind="linli.cases.CaseWithdrawn.v1"):
    """撤回."""

    reason: str | None = None
    assignee_id: str | None = None


class CaseRated(OfCase, Event, kind="linli.cases.CaseRated.v1"):
    """评价: 1 (worst) to 5; `solved` in the reporter's eyes."""

    score: int
    solved: bool


CaseEvent = (
    CaseOpened
    | DuplicateSuspected
    | CaseAcknowledged
    | CaseRejected
    | CaseMerged
    | CaseAssigned
    | WorkStarted
    | ReporterAnswered
    | CaseResolved
    | CaseClosed
    | CaseReopened
    | CaseEscalated
    | CaseWithdrawn
    | CaseRated
)
