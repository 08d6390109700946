"""HTTP for resolutions 决议 and their actions: parse, hand over, answer. No rule lives here."""

from typing import Self
from uuid import UUID

from linli_service.http import Call, Done, commands
from linli_shared.asked import Outcome

from linli_meetings.resolutions.commands import (
    AssignAction,
    CompleteAction,
    PublishResolution,
    RecordEvaluation,
    ScheduleEvaluation,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import ActionAssigned

router = commands("/resolutions", "resolutions")


class Assigned(Done):
    action_id: int

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        (action,) = (e.action_id for e in outcome.events if isinstance(e, ActionAssigned))
        return cls(id=outcome.key, version=outcome.version, action_id=action)


@router.post("/{resolution_id}/publish")
async def publish(resolution_id: UUID, command: PublishResolution, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/assign-action")
async def assign_action(resolution_id: UUID, command: AssignAction, call: Call) -> Assigned:
    return Assigned.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/start-action")
async def start_action(resolution_id: UUID, command: StartAction, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/complete-action")
async def complete_action(resolution_id: UUID, command: CompleteAction, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/verify-action")
async def verify_action(resolution_id: UUID, command: VerifyAction, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/schedule-evaluation")
async def schedule_evaluation(resolution_id: UUID, command: ScheduleEvaluation, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))


@router.post("/{resolution_id}/record-evaluation")
async def record_evaluation(resolution_id: UUID, command: RecordEvaluation, call: Call) -> Done:
    return Done.of(await call.act(RESOLUTIONS, resolution_id, command))
