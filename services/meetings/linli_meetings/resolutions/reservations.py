"""What a resolution 决议 keeps from others, for good: a topic is decided once."""

from collections.abc import Sequence

from linli_shared.decider import Hold, Rejected, Reservation

from linli_meetings.resolutions.events import (
    ResolutionAdopted,
    ResolutionEvent,
    ResolutionRejected,
)
from linli_meetings.resolutions.state import Resolution


def reserve(resolution: Resolution | None, event: ResolutionEvent) -> Sequence[Reservation]:
    match event:
        case ResolutionAdopted() | ResolutionRejected():
            return [Hold("decision", str(event.topic_id))]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    found = {"from": "declared", "to": "declared", "allowed": []}
    return Rejected("INVALID_TRANSITION", **found, existing_resolution_id=holder)
