"""HTTP for the deadlines of an estate: parse, hand over, answer."""

from linli_service.http import Call, Done, commands

from linli_cases.sla_policies.commands import SetSlaPolicy
from linli_cases.sla_policies.domain import SLA_POLICIES, key_of

router = commands("/sla-policies", "deadlines")


@router.post("", status_code=201)
async def set_policy(command: SetSlaPolicy, call: Call) -> Done:
    """A version more, for cases that are opened from now on."""
    estate = command.estate_id
    return Done.of(await call.reach(SLA_POLICIES, key_of(estate), command, estate))
