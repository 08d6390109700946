"""Commands that Linli sends itself: ids that no client can squat, and the role of the system."""

from typing import Final
from uuid import UUID, uuid5

from linli_shared.asked import Asked
from linli_shared.messages import SYSTEM

_NAMESPACE: Final = UUID("3f0a1c52-53f0-5b5c-9d7b-0f3d0c1b7e21")


def system_asks(
    name: str, estate: str, *what: object, correlation: UUID, causation: UUID | None = None
) -> Asked:
    """What Linli's part `name` asks in an estate. `what` makes it the same command each time it is
    sent again: a timer's stream, name and due; an event, a process, a target and a step."""
    command = uuid5(_NAMESPACE, "\n".join(map(str, (name, *what))))
    return Asked(
        actor=f"{SYSTEM}:{name}",
        estates={estate: frozenset([SYSTEM])},
        command=command,
        request=command,
        correlation=correlation,
        causation=causation,
    )
