"""What a resolution 决议 is reminded of: actions, evaluations, and that it has any actions."""

from collections.abc import Sequence
from datetime import datetime

from linli_shared.decider import Cancel, Reminder, Timer

from linli_meetings.resolutions.commands import FindIdle, FindMissed, FindOverdue
from linli_meetings.resolutions.events import (
    ActionAssigned,
    ActionCompleted,
    EvaluationScheduled,
    ResolutionEvaluated,
    ResolutionEvent,
    ResolutionOverturned,
    ResolutionPublicised,
)
from linli_meetings.resolutions.state import Resolution


def remind(resolution: Resolution | None, event: ResolutionEvent) -> Sequence[Reminder]:
    match event:
        case ResolutionPublicised():
            return [Timer("idle", event.idle_at)]
        case ActionAssigned():
            return [Cancel("idle"), Timer(f"action-{event.action_id}", event.due_at)]
        case ActionCompleted():
            return [Cancel(f"action-{event.action_id}")]
        case EvaluationScheduled():
            return [Timer(f"evaluation-{event.n}", event.missed_at)]
        case ResolutionEvaluated():
            return [Cancel(f"evaluation-{n}") for n in event.scheduled]
        case ResolutionOverturned():
            return [Cancel()]
        case _:
            return []


def fired(name: str, due: datetime) -> FindIdle | FindOverdue | FindMissed:
    what, _, n = name.partition("-")
    if what == "idle":
        return FindIdle(due=due)
    if what == "action":
        return FindOverdue(action_id=int(n), due=due)
    return FindMissed(n=int(n), due=due)
