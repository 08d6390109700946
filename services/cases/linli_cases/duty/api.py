"""HTTP for the roster of an estate: parse, hand over, answer."""

from linli_service.http import Call, Done, commands

from linli_cases.duty.commands import SetEscalationDuty
from linli_cases.duty.domain import DUTY, key_of

router = commands("/escalation-duties", "duty")


@router.post("", status_code=201)
async def set_duty(command: SetEscalationDuty, call: Call) -> Done:
    """In place of what was set before. If-Match keeps two from undoing each other."""
    estate = command.estate_id
    return Done.of(await call.reach(DUTY, key_of(estate), command, estate))
