"""What can happen to a case 事件. What is written in it is sealed for its reporter."""

from typing import Literal
from uuid import UUID

from linli_language.roles import Role
from linli_sealed.fields import Public
from linli_shared.messages import Event
from pydantic import AwareDatetime

from linli_cases.complaints.about import Near, OfCase, Place, Skipped, Theirs
from linli_cases.complaints.care_events import CareEvent
from linli_cases.complaints.matter_events import MatterEvent
from linli_cases.complaints.sla import Sla
from linli_cases.complaints.terms import (
    Cause,
    Channel,
    Clock,
    Priority,
    Resumption,
    ReturnVisit,
    Stage,
    Wait,
)


class CaseOpened(OfCase, Event, kind="linli.cases.CaseOpened.v1"):
    case_no: str
    service_code: str
    title: Theirs
    description: Theirs
    place: Place
    channel: Channel
    priority: Priority
    about_person_id: str | None = None
    repeat_until: AwareDatetime
    """Until then the same words of the same reporter are a repeat."""
    policy_version: str
    sla: Sla | None = None
    review_due: AwareDatetime | None = None
    """When somebody is to look where it stands, of those that take long."""


class DuplicateSuspected(OfCase, Event, kind="linli.cases.DuplicateSuspected.v1"):
    """疑似重复: the likest first; `score_bp` is its score."""

    candidates: tuple[Near, ...]
    score_bp: int


class CaseAcknowledged(OfCase, Event, kind="linli.cases.CaseAcknowledged.v1"):
    """签收."""


class CaseRejected(OfCase, Event, kind="linli.cases.CaseRejected.v1"):
    """不予受理."""

    reason: str
    note: Theirs | None = None


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
    message: Theirs
    first: bool


class CaseSuspended(OfCase, Event, kind="linli.cases.CaseSuspended.v1"):
    """挂起, since Linli was told. `paused`: until it is resumed the clocks stand still."""

    wait_for: Wait
    since: AwareDatetime
    until: AwareDatetime
    paused: bool
    assignee_id: str | None = None


class CaseReferredToDeliberation(OfCase, Event, kind="linli.cases.CaseReferredToDeliberation.v1"):
    """提请议事: a topic of this id and title is to be proposed, in words that are for everybody.
    It waits as a suspended case does, with no end in sight. `co_signer_ids` ask for it too."""

    chain_id: UUID
    topic_id: UUID
    title: Public
    description: Public
    since: AwareDatetime
    paused: bool
    assignee_id: str | None = None
    co_signer_ids: tuple[str, ...] = ()


class CaseLinkedToTopic(OfCase, Event, kind="linli.cases.CaseLinkedToTopic.v1"):
    """关联议题: from now on what happens to it is of this chain."""

    chain_id: UUID
    topic_id: UUID


class DeliberationEnded(OfCase, Event, kind="linli.cases.DeliberationEnded.v1"):
    """议事结束: the topic is nothing to wait for any more. `resolution_id`: what came of it."""

    topic_id: UUID
    cause: Resumption
    resolution_id: UUID | None = None


class CaseResumed(OfCase, Event, kind="linli.cases.CaseResumed.v1"):
    """恢复办理. `sla` is what holds now that the clocks which still ran are moved on."""

    cause: Resumption
    sla: Sla | None = None
    assignee_id: str | None = None


class CaseTransferred(OfCase, Event, kind="linli.cases.CaseTransferred.v1"):
    """转办: `agency` has it now, and it is closed here."""

    agency: Theirs
    note: Theirs | None = None
    assignee_id: str | None = None


class EvidenceAdded(OfCase, Event, kind="linli.cases.EvidenceAdded.v1"):
    """A picture. `file_key` opens its file, and is sealed itself."""

    evidence_id: UUID
    stage: Stage
    file_key: Theirs
    width: int
    height: int
    size_bytes: int


class SlaWarningIssued(OfCase, Event, kind="linli.cases.SlaWarningIssued.v1"):
    """Most of the time is used up."""

    clock: Clock
    due: AwareDatetime
    assignee_id: str | None = None


class SlaBreached(OfCase, Event, kind="linli.cases.SlaBreached.v1"):
    """超时, once for each clock. It happened at its due, whenever it was noticed."""

    clock: Clock
    due: AwareDatetime
    assignee_id: str | None = None


class CaseResolved(OfCase, Event, kind="linli.cases.CaseResolved.v1"):
    """办结: the reporter may confirm until `confirm_due`."""

    outcome: Theirs
    evidence_ids: tuple[str, ...]
    confirm_due: AwareDatetime
    resolution_id: UUID | None = None
    """The one that was evaluated and found to have helped."""


class CaseClosed(OfCase, Event, kind="linli.cases.CaseClosed.v1"):
    """The reporter may have it taken up again until `reopen_until`."""

    confirmed_by: Literal["reporter", "timeout"]
    reopen_until: AwareDatetime
    return_visit: ReturnVisit = ReturnVisit.NEVER
    visit_due: AwareDatetime | None = None
    """When somebody asks the reporter again, where the policy of the case wants that at all."""


class CaseReopened(OfCase, Event, kind="linli.cases.CaseReopened.v1"):
    """重新办理, for the `n`th time, by the last assignee."""

    cause: Cause
    reason: Theirs
    n: int
    assignee_id: str | None
    resolution_id: UUID | None = None
    """The one that was overturned."""
    review_due: AwareDatetime | None = None


class CaseEscalated(OfCase, Event, kind="linli.cases.CaseEscalated.v1"):
    """升级. `cause` is what led to it, `reason` what somebody has to say about it. `holder_ids`
    have that role and are there; `skipped` were not. Who is silent at `ack_due` is passed over."""

    level: int
    to_role: Role
    cause: str
    reason: Theirs | None = None
    holder_ids: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ack_due: AwareDatetime | None = None


class EscalationAcknowledged(OfCase, Event, kind="linli.cases.EscalationAcknowledged.v1"):
    """升级已响应: whoever was called has heard of it."""

    level: int


class CaseWithdrawn(OfCase, Event, kind="linli.cases.CaseWithdrawn.v1"):
    """撤回."""

    reason: Theirs | None = None
    assignee_id: str | None = None


CaseEvent = (
    CaseOpened | DuplicateSuspected | CaseAcknowledged | CaseRejected | CaseMerged | CaseAssigned
    | WorkStarted | ReporterAnswered | CaseSuspended | CaseReferredToDeliberation
    | CaseLinkedToTopic | DeliberationEnded | CaseResumed | CaseTransferred | SlaWarningIssued
    | SlaBreached | CaseResolved | CaseClosed | CaseReopened | CaseEscalated | CaseWithdrawn
    | EvidenceAdded | EscalationAcknowledged | CareEvent | MatterEvent
)  # fmt: skip
