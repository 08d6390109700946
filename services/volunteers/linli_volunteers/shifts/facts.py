"""What every event of a shift 班次 says of it."""

from typing import Any

from linli_shared.messages import Command

from linli_volunteers.shifts.state import Shift


def facts_of(command: Command, shift: Shift) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "shift_id": command.key,
        "type": shift.type,
        "post": shift.post,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "by_id": command.actor.id,
    }
