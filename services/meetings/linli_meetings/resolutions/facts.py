"""What every event of a resolution 决议 says of it."""

from typing import Any

from linli_shared.messages import Command

from linli_meetings.resolutions.state import Resolution


def facts_of(command: Command, resolution: Resolution) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "resolution_id": command.key,
        "topic_id": resolution.topic_id,
        "chain_id": resolution.chain_id,
        "case_ids": resolution.case_ids,
        "by_id": command.actor.id,
    }
