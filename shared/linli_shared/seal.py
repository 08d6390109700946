"""Where what is written may be sealed, and opened again for those who may read it. The kernel does
neither: `Plain` stands for a service that has nothing to seal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from uuid_utils.compat import uuid7

from linli_shared.append import NewEvent
from linli_shared.messages import Event

Stored: TypeAlias = tuple[str, str]  # kind, data


class Seal(Protocol):
    async def written(self, estate: str, events: Sequence[Event]) -> Sequence[NewEvent]:
        """Events as they are to be stored. Raises Overloaded where they cannot be sealed now."""

    async def read(self, estate: str, stored: list[Stored]) -> list[Stored]:
        """Stored events, their data opened. Raises Overloaded likewise."""

    async def texts(self, estates: Iterable[str], texts: Iterable[str]) -> Mapping[str, str]:
        """What to show for texts that may be sealed. Never raises."""


class Plain:
    async def written(self, estate: str, events: Sequence[Event]) -> Sequence[NewEvent]:
        return [NewEvent(uuid7(), e.kind, e.stored(), e.occurred_at) for e in events]

    async def read(self, estate: str, stored: list[Stored]) -> list[Stored]:
        return stored

    async def texts(self, estates: Iterable[str], texts: Iterable[str]) -> Mapping[str, str]:
        return {text: text for text in texts}
