"""What becomes of a topic 议题 and its resolution 决议 is a command to each linked case 事件.

The facts are those of `linli.meetings.v1`, read by models as narrow as what is done with them.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process
from pydantic import BaseModel, ConfigDict

from linli_cases.complaints.commands import (
    EndDeliberation,
    LinkToTopic,
    ReopenOverturned,
    ResolveByResolution,
    Told,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.terms import Resumption

RESOLUTION_TO_ACTION: Final = Process("resolution_to_action")
OVERTURN_TO_REOPEN: Final = Process("overturn_to_reopen")


class Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OfTopic(Read):
    topic_id: UUID
    case_ids: tuple[UUID, ...]


class OfResolution(OfTopic):
    resolution_id: UUID


class Linked(Read):
    topic_id: UUID
    chain_id: UUID
    case_id: UUID


class Refused(Read):
    process: str
    target: str
    fact_stream: str


class Evaluated(OfResolution):
    verdict: str
    reason: str
    evidence_ids: tuple[str, ...]


class Overturned(OfResolution):
    reason: str


@RESOLUTION_TO_ACTION.on("linli.meetings.CaseLinkedToTopic.v1", Linked)
def link(event: Linked, fact: Fact) -> Iterable[Do]:
    """One chain from complaint to evaluation."""
    command = LinkToTopic(topic_id=event.topic_id, chain_id=event.chain_id)
    return _each([event.case_id], command, "link")


@RESOLUTION_TO_ACTION.on("linli.meetings.StepRefused.v1", Refused)
def refused(event: Refused, fact: Fact) -> Iterable[Do]:
    """A referral that becomes no topic leaves no case waiting for one."""
    if event.process != "problem_to_topic":
        return []
    topic, case = (UUID(stream[-36:]) for stream in (event.target, event.fact_stream))
    return _each([case], EndDeliberation(topic_id=topic, cause=Resumption.REFUSED), "resume")


@RESOLUTION_TO_ACTION.on("linli.meetings.TopicWithdrawn.v1", OfTopic)
def withdrawn(event: OfTopic, fact: Fact) -> Iterable[Do]:
    command = EndDeliberation(topic_id=event.topic_id, cause=Resumption.WITHDRAWN)
    return _each(event.case_ids, command, "resume")


@RESOLUTION_TO_ACTION.on("linli.meetings.ResolutionRejected.v1", OfResolution)
def rejected(event: OfResolution, fact: Fact) -> Iterable[Do]:
    """Voted down: its cases go on without it."""
    return _each(event.case_ids, _ended(event, Resumption.REJECTED), "resume")


@RESOLUTION_TO_ACTION.on("linli.meetings.ResolutionExecuted.v1", OfResolution)
def executed(event: OfResolution, fact: Fact) -> Iterable[Do]:
    """Every action is done and verified: its cases go on. Adopting it alone has helped nobody."""
    return _each(event.case_ids, _ended(event, Resumption.EXECUTED), "resume")


@RESOLUTION_TO_ACTION.on("linli.meetings.ResolutionEvaluated.v1", Evaluated)
def evaluated(event: Evaluated, fact: Fact) -> Iterable[Do]:
    """Found to have helped, it resolves its cases with the evidence of its actions."""
    if event.verdict != "effective":
        return []
    command = ResolveByResolution(
        resolution_id=event.resolution_id, outcome=event.reason, evidence_ids=event.evidence_ids
    )
    return _each(event.case_ids, command, "resolve")


@OVERTURN_TO_REOPEN.on("linli.meetings.ResolutionOverturned.v1", Overturned)
def overturned(event: Overturned, fact: Fact) -> Iterable[Do]:
    command = ReopenOverturned(resolution_id=event.resolution_id, reason=event.reason)
    return _each(event.case_ids, command, "reopen")


def _ended(event: OfResolution, cause: Resumption) -> EndDeliberation:
    resolution = event.resolution_id
    return EndDeliberation(topic_id=event.topic_id, cause=cause, resolution_id=resolution)


def _each(cases: Iterable[UUID], command: Told, step: str) -> Iterable[Do]:
    return [Do(CASES, case, command, step) for case in cases]
