"""Who may run a meeting 会议, and what every event says of it."""

from typing import Any
from uuid import UUID

from linli_shared.decider import Rejected
from linli_shared.messages import Command

from linli_meetings.meetings.state import Meeting
from linli_meetings.meetings.terms import Kind
from linli_meetings.topics.commands import CONVENERS


def facts_of(command: Command, kind: Kind) -> dict[str, Any]:
    """What every event says of its meeting."""
    return {
        "occurred_at": command.at,
        "meeting_id": command.key,
        "kind": kind,
        "by_id": command.actor.id,
    }


def facts_of_vote(command: Command, meeting: Meeting, topic: UUID, chain: UUID) -> dict[str, Any]:
    return facts_of(command, meeting.kind) | {"topic_id": topic, "chain_id": chain}


def by_chair(command: Command, meeting: Meeting) -> None:
    if command.actor.id != meeting.chair_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["chair"])


def by_chair_or_clerk(command: Command, meeting: Meeting) -> None:
    """A clerk writes down what the chair does."""
    if not command.actor.roles & {*CONVENERS}:
        by_chair(command, meeting)
