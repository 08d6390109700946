"""Who may speak for whom in a dispute 邻里纠纷, and what every event says of it."""

from collections.abc import Mapping
from typing import Any

from linli_shared.decider import Rejected
from linli_shared.messages import Command

from linli_cases.disputes.commands import CLERKS
from linli_cases.disputes.state import Dispute
from linli_cases.disputes.terms import Category, Side


def facts_of(command: Command, category: Category) -> dict[str, Any]:
    """What every event says of its dispute."""
    return {
        "occurred_at": command.at,
        "dispute_id": command.key,
        "category": category,
        "by_id": command.actor.id,
    }


def by_mediator(command: Command, dispute: Dispute) -> dict[str, Any]:
    """The same, of what only the assigned mediator may do."""
    if command.actor.id != dispute.mediator_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["assigned_mediator"])
    return facts_of(command, dispute.category)


def must_speak_for(side: Side, command: Command, sides: Mapping[str, Side]) -> None:
    """A party for their own side; a clerk who is no party, for either."""
    own = sides.get(command.actor.id)
    if own is not side and not (own is None and command.actor.roles & CLERKS):
        raise Rejected("ROLE_NOT_PERMITTED", roles=["party"])
