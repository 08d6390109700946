"""Which command may meet which state: the one place of NOT_FOUND and INVALID_TRANSITION."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from linli_shared.decider import Rejected
from linli_shared.messages import Command

Moves: TypeAlias = Mapping[type[Command], tuple[AbstractSet[str | None], str | None]]
"""By command: the states it may meet (None: the stream does not exist) and the one it leads to
(None: it stays)."""


def check(moves: Moves, command: Command, status: str | None) -> None:
    """Refuse `command` unless it may meet `status`; `allowed` is what can become of `status`."""
    sources, target = moves[type(command)]
    if status in sources:
        return
    if status is None:
        raise Rejected("NOT_FOUND")
    allowed = {to for froms, to in moves.values() if status in froms and to not in {None, status}}
    found: dict[str, Any] = {
        "from": status,
        "to": target or status,
        "allowed": sorted(map(str, allowed)),
    }
    raise Rejected("INVALID_TRANSITION", **found)
