"""What every event of a visit 探访 says of it."""

from typing import Any

from linli_shared.decider import Rejected
from linli_shared.messages import Command

from linli_volunteers.visits.state import Visit


def facts_of(command: Command, visit: Visit) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "visit_id": command.key,
        "elder_id": visit.elder_id,
        "tier": visit.tier,
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "by_id": command.actor.id,
    }


def of_visitor(command: Command, visit: Visit) -> dict[str, Any]:
    return facts_of(command, visit) | {"visitor_id": visit.visitor_id}


def by_visitor(command: Command, visit: Visit) -> dict[str, Any]:
    """The same, of what only the assigned visitor may do."""
    if command.actor.id != visit.visitor_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["assigned_visitor"])
    return of_visitor(command, visit)
