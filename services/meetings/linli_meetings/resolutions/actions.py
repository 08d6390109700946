"""Actions 办事 of a resolution: assigned, started after publicity, done, verified by another."""

from collections.abc import Sequence
from typing import Any

from linli_shared import lifecycle
from linli_shared.decider import Rejected

from linli_meetings.resolutions.commands import (
    AssignAction,
    CompleteAction,
    FindOverdue,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.events import (
    ActionAssigned,
    ActionCompleted,
    ActionOverdue,
    ActionStarted,
    ActionVerified,
    EvaluationScheduled,
    ResolutionEvent,
    ResolutionExecuted,
)
from linli_meetings.resolutions.facts import facts_of
from linli_meetings.resolutions.moves import ACTION_MOVES
from linli_meetings.resolutions.state import Action, Resolution
from linli_meetings.resolutions.terms import ActionStatus
from linli_meetings.topics.commands import CONVENERS


def assign(command: AssignAction, resolution: Resolution) -> Sequence[ResolutionEvent]:
    return [
        ActionAssigned(
            **facts_of(command, resolution),
            action_id=len(resolution.actions) + 1,
            owner_id=command.owner_id,
            owner_role=command.owner_role,
            duty=command.duty,
            due_at=command.due_at,
        )
    ]


def start(command: StartAction, resolution: Resolution) -> Sequence[ResolutionEvent]:
    action = _of(command, resolution)
    _only_owner(command, action)
    until = resolution.publicised_until
    assert until is not None, "only what was publicised is carried out"
    if min(command.at, command.now) < until:
        raise Rejected("PUBLICITY_NOT_ENDED", until=until.isoformat())
    return [ActionStarted(**_facts(command, resolution, action))]


def find_overdue(command: FindOverdue, resolution: Resolution) -> Sequence[ResolutionEvent]:
    action = resolution.actions.get(command.action_id)
    if action is None or action.due_at != command.due or action.overdue:
        return []
    if action.status in {ActionStatus.DONE, ActionStatus.VERIFIED}:
        return []
    return [ActionOverdue(**_facts(command, resolution, action), due_at=command.due)]


def complete(command: CompleteAction, resolution: Resolution) -> Sequence[ResolutionEvent]:
    action = _of(command, resolution)
    _only_owner(command, action)
    if not command.evidence_ids:
        raise Rejected("EVIDENCE_REQUIRED")
    return [
        ActionCompleted(
            **_facts(command, resolution, action),
            evidence_ids=command.evidence_ids,
            note=command.note,
        )
    ]


def verify(command: VerifyAction, resolution: Resolution) -> Sequence[ResolutionEvent]:
    """With the last one the resolution is executed, and its evaluations have their dates."""
    action = _of(command, resolution)
    if command.actor.id in action.doers:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    verified = ActionVerified(**_facts(command, resolution, action))
    others = [a for n, a in resolution.actions.items() if n != command.action_id]
    if any(other.status is not ActionStatus.VERIFIED for other in others):
        return [verified]
    of, policy = facts_of(command, resolution), command._policy
    dues = [command.now + after for after in policy.evaluate_after]
    return [
        verified,
        ResolutionExecuted(**of, evidence_ids=resolution.evidence_ids),
        *(
            EvaluationScheduled(**of, n=n, due_at=due, missed_at=due + policy.evaluate_within)
            for n, due in enumerate(dues, 1)
        ),
    ]


def _of(command: StartAction | CompleteAction | VerifyAction, resolution: Resolution) -> Action:
    action = resolution.actions.get(command.action_id)
    if action is None:
        raise Rejected("NOT_FOUND")
    lifecycle.check(ACTION_MOVES, command, action.status)
    return action


def _only_owner(command: StartAction | CompleteAction, action: Action) -> None:
    """Or whoever writes it down for one whose hands are full."""
    if command.actor.id != action.owner_id and not command.actor.roles & {*CONVENERS}:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["owner"])


def _facts(
    command: StartAction | FindOverdue | CompleteAction | VerifyAction,
    resolution: Resolution,
    action: Action,
) -> dict[str, Any]:
    return facts_of(command, resolution) | {
        "action_id": command.action_id,
        "owner_id": action.owner_id,
        "owner_role": action.owner_role,
    }
