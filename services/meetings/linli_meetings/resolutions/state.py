"""What the rules of a resolution 决议 need to know of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from linli_language.roles import Role

from linli_meetings.resolutions.events import (
    ActionAssigned,
    ActionCompleted,
    ActionOverdue,
    ActionStarted,
    ActionVerified,
    EvaluationMissed,
    EvaluationScheduled,
    ResolutionAdopted,
    ResolutionEvaluated,
    ResolutionEvent,
    ResolutionExecuted,
    ResolutionIdle,
    ResolutionOverturned,
    ResolutionPublicised,
    ResolutionRejected,
)
from linli_meetings.resolutions.terms import ActionStatus, Status, Verdict


@dataclass(frozen=True, slots=True)
class Action:
    owner_id: str
    owner_role: Role
    due_at: datetime
    status: ActionStatus = ActionStatus.ASSIGNED
    overdue: bool = False
    doers: frozenset[str] = frozenset()
    """Who answers for it, has started it, has done it."""
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One that is to be held; `missed_at` is None once it was missed."""

    due_at: datetime
    missed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resolution:
    topic_id: UUID
    chain_id: UUID
    case_ids: tuple[UUID, ...]
    title: str
    status: Status
    publicised_until: datetime | None = None
    idle_at: datetime | None = None
    actions: Mapping[int, Action] = field(default_factory=dict)
    evaluations: Mapping[int, Evaluation] = field(default_factory=dict)
    scheduled: int = 0
    """How many evaluations have been."""

    @property
    def evidence_ids(self) -> tuple[str, ...]:
        return tuple(id_ for action in self.actions.values() for id_ in action.evidence_ids)

    @property
    def doers(self) -> frozenset[str]:
        return frozenset[str]().union(*(action.doers for action in self.actions.values()))


AFTER = {
    Verdict.EFFECTIVE: Status.EVALUATED_EFFECTIVE,
    Verdict.EXTEND: Status.EXTENDED,
    Verdict.OVERTURN: Status.OVERTURNED,
}


def evolve(resolution: Resolution | None, event: ResolutionEvent) -> Resolution:
    if isinstance(event, ResolutionAdopted | ResolutionRejected):
        status = Status.ADOPTED if isinstance(event, ResolutionAdopted) else Status.REJECTED
        title = event.result.title
        return Resolution(event.topic_id, event.chain_id, event.case_ids, title, status)
    assert resolution is not None, "a stream begins with its result"
    match event:
        case ResolutionPublicised():
            return replace(
                resolution, status=Status.PUBLICISED, publicised_until=event.until,
                idle_at=event.idle_at,
            )  # fmt: skip
        case ResolutionIdle():
            return replace(resolution, idle_at=None)
        case (
            ActionAssigned()
            | ActionStarted()
            | ActionOverdue()
            | ActionCompleted()
            | ActionVerified()
        ):
            return _acted(resolution, event)
        case ResolutionExecuted():
            return replace(resolution, status=Status.EXECUTED)
        case EvaluationScheduled():
            planned = Evaluation(event.due_at, event.missed_at)
            evaluations = {**resolution.evaluations, event.n: planned}
            scheduled = max(resolution.scheduled, event.n)
            return replace(resolution, evaluations=evaluations, scheduled=scheduled)
        case EvaluationMissed():
            missed = replace(resolution.evaluations[event.n], missed_at=None)
            return replace(resolution, evaluations={**resolution.evaluations, event.n: missed})
        case ResolutionEvaluated():
            left = {n: e for n, e in resolution.evaluations.items() if n not in event.scheduled}
            return replace(resolution, status=AFTER[event.verdict], evaluations=left)
        case ResolutionOverturned():
            return replace(resolution, evaluations={})
        case _:
            assert_never(event)


def _acted(
    resolution: Resolution,
    event: ActionAssigned | ActionStarted | ActionOverdue | ActionCompleted | ActionVerified,
) -> Resolution:
    if isinstance(event, ActionAssigned):
        owners = frozenset({event.owner_id})
        action = Action(event.owner_id, event.owner_role, event.due_at, doers=owners)
    else:
        action = _went_on(resolution.actions[event.action_id], event)
    status = Status.IN_EXECUTION if isinstance(event, ActionStarted) else resolution.status
    return replace(
        resolution, status=status, actions={**resolution.actions, event.action_id: action}
    )


def _went_on(
    action: Action, event: ActionStarted | ActionOverdue | ActionCompleted | ActionVerified
) -> Action:
    doers = action.doers | {event.by_id}
    match event:
        case ActionStarted():
            return replace(action, status=ActionStatus.STARTED, doers=doers)
        case ActionOverdue():
            return replace(action, overdue=True)
        case ActionCompleted():
            evidence = event.evidence_ids
            return replace(action, status=ActionStatus.DONE, doers=doers, evidence_ids=evidence)
        case ActionVerified():
            return replace(action, status=ActionStatus.VERIFIED)
        case _:
            assert_never(event)
