"""HTTP for stewards 红色管家: parse, hand over, answer. No rule lives here."""

from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.stewards.commands import (
    AppointSteward,
    AssignSteward,
    EndAssignment,
    EndStewardship,
    IssueBadge,
    PassStandard,
)
from linli_estates.stewards.domain import STEWARDS
from linli_estates.stewards.lookups import with_households, with_person

_TOKEN_BYTES: Final = 16
router = commands("/stewards", "stewards")


@router.post("", status_code=201)
async def appoint(command: AppointSteward, call: Call) -> Done:
    return Done.of(await call.create(STEWARDS, command, command.estate_id, with_person))


@router.post("/{steward_id}/pass-standard")
async def pass_standard(steward_id: UUID, command: PassStandard, call: Call) -> Done:
    return Done.of(await call.act(STEWARDS, steward_id, command))


@router.post("/{steward_id}/issue-badge")
async def issue_badge(steward_id: UUID, command: IssueBadge, call: Call) -> Done:
    known = command.learned(token=token_urlsafe(_TOKEN_BYTES))
    return Done.of(await call.act(STEWARDS, steward_id, known))


@router.post("/{steward_id}/assign")
async def assign(steward_id: UUID, command: AssignSteward, call: Call) -> Done:
    return Done.of(await call.act(STEWARDS, steward_id, command, with_households))


@router.post("/{steward_id}/end-assignment")
async def end_assignment(steward_id: UUID, command: EndAssignment, call: Call) -> Done:
    return Done.of(await call.act(STEWARDS, steward_id, command))


@router.post("/{steward_id}/end")
async def end(steward_id: UUID, command: EndStewardship, call: Call) -> Done:
    return Done.of(await call.act(STEWARDS, steward_id, command))
