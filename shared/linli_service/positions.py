"""Read your writes: a read that names a command's position waits until the views have it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Annotated, Final

from asyncpg import Pool
from fastapi import Header, Request, Response
from linli_shared.decider import Rejected
from linli_shared.kafka import SHARDS
from linli_shared.viewset import ViewSet

_PATIENCE_S: Final = 2
_POLL_S: Final = 0.01
_MAX_WAITING: Final = 1024
_AT = "select topic, shard, position from view.progress where views = $1"


@dataclass(slots=True)
class Positions:
    """How far a set's live build has read, for those who wait for it; all wait on one query."""

    pool: Pool
    views: ViewSet
    _waiting: int = 0
    _read: tuple[float, dict[tuple[str, int], int]] = (float("-inf"), {})
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reached(self, topic: str, shard: int, position: int) -> bool:
        """True once the views show that position; False after two seconds without it."""
        if topic not in self.views.topics or shard >= SHARDS:
            raise Rejected("POSITION_AHEAD")
        if self._waiting >= _MAX_WAITING:
            return False
        self._waiting += 1
        try:
            end = time.monotonic() + _PATIENCE_S
            while (await self._positions()).get((topic, shard), 0) < position:
                if time.monotonic() > end:
                    return False
                await asyncio.sleep(_POLL_S)
            return True
        finally:
            self._waiting -= 1

    async def _positions(self) -> dict[tuple[str, int], int]:
        async with self._reading:
            at, found = self._read
            if time.monotonic() - at > _POLL_S:
                at = time.monotonic()
                build = f"{self.views.name}.{await self.views.live(self.pool)}"
                rows = await self.pool.fetch(_AT, build)
                found = {(row["topic"], row["shard"]): row["position"] for row in rows}
                self._read = (at, found)
            return found


async def caught_up(
    request: Request,
    response: Response,
    linli_position: Annotated[
        str | None,
        Header(
            pattern=r"^[a-z0-9.-]{1,100}/[0-9]{1,4}/[0-9]{1,18}$",
            description="From a command's answer: wait until this read shows it.",
        ),
    ] = None,
) -> None:
    """Waits at most two seconds; what is still behind is answered and says so: Linli-Behind."""
    if linli_position:
        topic, shard, position = linli_position.split("/")
        positions: Positions = request.app.state.positions
        if not await positions.reached(topic, int(shard), int(position)):
            response.headers["Linli-Behind"] = "true"
