"""HTTP for service norms 服务规范: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.norms.commands import BeginNormChecks, EndNormChecks, RecordNormCheck, key_of
from linli_estates.norms.domain import NORMS
from linli_estates.norms.lookups import with_responsible

router = commands("/norms", "norms")


@router.post("", status_code=201)
async def begin(command: BeginNormChecks, call: Call) -> Done:
    """A norm is there from its first month on; asked for again, it is the same one."""
    key = key_of(command.estate_id, command.norm)
    return Done.of(await call.reach(NORMS, key, command, command.estate_id, with_responsible))


@router.post("/{norm_id}/record-check")
async def record_check(norm_id: UUID, command: RecordNormCheck, call: Call) -> Done:
    return Done.of(await call.act(NORMS, norm_id, command))


@router.post("/{norm_id}/end")
async def end(norm_id: UUID, command: EndNormChecks, call: Call) -> Done:
    return Done.of(await call.act(NORMS, norm_id, command))
