"""What the rules of a case 事件 need to know of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from linli_cases.complaints import care_state, matter_state
from linli_cases.complaints.care_events import CareEvent
from linli_cases.complaints.care_state import Care
from linli_cases.complaints.events import (
    CaseAcknowledged,
    CaseAssigned,
    CaseClosed,
    CaseEscalated,
    CaseEvent,
    CaseLinkedToTopic,
    CaseMerged,
    CaseOpened,
    CaseReferredToDeliberation,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseResumed,
    CaseSuspended,
    CaseTransferred,
    CaseWithdrawn,
    DeliberationEnded,
    DuplicateSuspected,
    EscalationAcknowledged,
    EvidenceAdded,
    ReporterAnswered,
    SlaBreached,
    SlaWarningIssued,
    WorkStarted,
)
from linli_cases.complaints.matter_events import MatterEvent
from linli_cases.complaints.matter_state import Matter
from linli_cases.complaints.parts import Called, Photo, Waiting
from linli_cases.complaints.sla import STEPS, Sla
from linli_cases.complaints.terms import Clock, Kind, Stage, Status, Wait

WARNED: Final = 1
LATE: Final = 2
TOP: Final = 3


@dataclass(frozen=True, slots=True)
class Case:
    kind: Kind
    reporter_id: str
    about_person_id: str | None = None
    status: Status = Status.NEW
    assignee_id: str | None = None
    duplicate_of: UUID | None = None
    answered: bool = False
    care: Care = field(default_factory=Care)
    matter: Matter = field(default_factory=Matter)
    reopened: int = 0
    level: int = 0
    confirm_due: datetime | None = None
    reopen_until: datetime | None = None
    sla: Sla | None = None
    running: Mapping[Clock, int] = field(default_factory=dict)
    """Clocks that something may still be said of, and how much was: nothing, `WARNED`, `LATE`."""
    called: Called | None = None
    waiting: Waiting | None = None
    suspended: int = 0
    referred: int = 0
    topics: frozenset[UUID] = frozenset()
    """Those it is linked to that have not come to an end."""
    chain_id: UUID | None = None
    photos: Mapping[UUID, Photo] = field(default_factory=dict)

    @property
    def dues(self) -> Mapping[Clock, datetime]:
        """When the clocks that run and do not stand still will be overdue."""
        if self.sla is None or (self.waiting and self.waiting.paused):
            return {}
        early = [clock for clock, said in self.running.items() if said < LATE]
        return {clock: due for clock in early if (due := self.sla.due(clock))}

    @property
    def alarms(self) -> Mapping[Clock, datetime]:
        """When something is next to be said of clocks that do not stand still: a warning, that they
        are overdue, or so much so that a level hears of it which has not yet."""
        sla = self.sla
        if sla is None or (self.waiting and self.waiting.paused):
            return {}
        steps = {clock: self._step(said) for clock, said in self.running.items()}
        return {clock: at for clock, step in steps.items() if step and (at := sla.at(clock, step))}

    def _step(self, said: int) -> str | None:
        if said < LATE:
            return STEPS[said]
        return f"l{self.next_level}" if self.next_level <= TOP else None

    @property
    def next_level(self) -> int:
        """Which one hears next of a clock that is overdue: the first has, or was passed over."""
        return max(self.level + 1, 2)


def evolve(case: Case | None, event: CaseEvent) -> Case:
    if isinstance(event, CaseOpened):
        return _opened(event)
    assert case is not None, "a stream begins with CaseOpened"
    if isinstance(event, CareEvent):
        return replace(case, care=care_state.evolve(case.care, event))
    if isinstance(event, MatterEvent):
        return replace(case, matter=matter_state.evolve(case.matter, event))
    match event:
        case CaseAcknowledged():
            return replace(_stopped(case, Clock.ACK), status=Status.ACKNOWLEDGED)
        case CaseAssigned():
            return replace(case, status=Status.ASSIGNED, assignee_id=event.assignee_id)
        case WorkStarted():
            return replace(case, status=Status.IN_PROGRESS)
        case ReporterAnswered():
            return replace(_stopped(case, Clock.FIRST_RESPONSE), answered=True)
        case CaseSuspended() | CaseReferredToDeliberation() | CaseResumed():
            return _waited(case, event)
        case CaseLinkedToTopic():
            return replace(case, topics=case.topics | {event.topic_id}, chain_id=event.chain_id)
        case DeliberationEnded():
            return replace(case, topics=case.topics - {event.topic_id})
        case SlaWarningIssued():
            return replace(case, running={**case.running, event.clock: WARNED})
        case SlaBreached():
            return replace(case, running={**case.running, event.clock: LATE})
        case CaseEscalated():
            due = event.ack_due
            called = Called(event.holder_ids, due) if due else None
            return replace(case, level=event.level, called=called)
        case EscalationAcknowledged():
            return replace(case, called=None)
        case EvidenceAdded():
            photo = Photo(event.stage, event.file_key)
            return replace(case, photos={**case.photos, event.evidence_id: photo})
        case DuplicateSuspected():
            return case
        case _:
            return _ended(case, event)


def _opened(event: CaseOpened) -> Case:
    clocks = {clock: 0 for clock in Clock if event.sla and event.sla.due(clock)}
    case = Case(event.case_kind, event.reporter_id, event.about_person_id, sla=event.sla)
    return replace(case, running=clocks, matter=Matter(review_due=event.review_due))


def _stopped(case: Case, clock: Clock) -> Case:
    return replace(case, running={c: said for c, said in case.running.items() if c is not clock})


def _waited(case: Case, event: CaseSuspended | CaseReferredToDeliberation | CaseResumed) -> Case:
    match event:
        case CaseSuspended():
            waiting = Waiting(event.wait_for, event.since, event.paused, event.until)
            n = case.suspended + 1
            return replace(case, status=Status.PENDING, waiting=waiting, suspended=n)
        case CaseReferredToDeliberation():
            topic = event.topic_id
            return replace(
                case,
                status=Status.PENDING,
                waiting=Waiting(Wait.DELIBERATION, event.since, event.paused, topic_id=topic),
                referred=case.referred + 1,
                topics=case.topics | {topic},
                chain_id=event.chain_id,
            )
        case CaseResumed():
            sla = event.sla or case.sla
            return replace(case, status=Status.IN_PROGRESS, waiting=None, sla=sla)
        case _:
            assert_never(event)


Ended = (
    CaseRejected
    | CaseMerged
    | CaseTransferred
    | CaseWithdrawn
    | CaseResolved
    | CaseClosed
    | CaseReopened
)


def _ended(case: Case, event: Ended) -> Case:
    """No clock runs any more, nor again for a case that is taken up again: that has a limit of its
    own, how often it may be."""
    case = replace(case, running={}, waiting=None, called=None)
    match event:
        case CaseRejected():
            return replace(case, status=Status.REJECTED)
        case CaseMerged():
            return replace(case, status=Status.MERGED, duplicate_of=event.into)
        case CaseTransferred():
            return replace(case, status=Status.TRANSFERRED)
        case CaseWithdrawn():
            return replace(case, status=Status.WITHDRAWN)
        case CaseResolved():
            return replace(case, status=Status.RESOLVED, confirm_due=event.confirm_due)
        case CaseClosed():
            care = care_state.closed(case.care, event)
            return replace(case, status=Status.CLOSED, reopen_until=event.reopen_until, care=care)
        case CaseReopened():
            again = replace(case.matter, review_due=event.review_due)
            return replace(_again(case, event.n), matter=again)
        case _:
            assert_never(event)


def _again(case: Case, n: int) -> Case:
    """What was to show that it was done shows what was there before it is done again."""
    shown = {id: replace(photo, stage=Stage.BEFORE) for id, photo in case.photos.items()}
    status = Status.IN_PROGRESS
    care = care_state.reopened(case.care)
    return replace(case, status=status, reopened=n, reopen_until=None, photos=shown, care=care)
