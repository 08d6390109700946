"""Many lives in one simulated time: each goes on until it waits for a moment, and when all of them
wait, time goes on to the earliest one."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeAlias

from .simulation import Simulation

Story: TypeAlias = tuple[int, str, Callable[[Any], Awaitable[None]]]
"""The day it begins on, its name, and how it goes for the life that is given to it."""


def story(day: int, told: Callable[..., Awaitable[None]], *more: Any, **how: Any) -> Story:
    def lived(life: Any) -> Awaitable[None]:
        return told(life, *more, **how)

    return day, told.__name__, lived


class Stopped(Exception):
    """Somebody has asked for the end: a life goes no further."""


@dataclass
class Month:
    """`moved` is told of each moment. After `stop` no life begins anything new."""

    time: Simulation
    moved: Callable[[datetime], None] = lambda now: None
    stopped: bool = False
    _waiting: list[tuple[datetime, int, "asyncio.Future[None]"]] = field(default_factory=list)
    _turns: "count[int]" = field(default_factory=count)
    _busy: int = 0
    _rest: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        self.stopped = True

    def go_on(self) -> None:
        """Raises Stopped."""
        if self.stopped:
            raise Stopped

    async def until(self, moment: datetime) -> None:
        """Wait for it; not at all where it is over. Raises Stopped."""
        if self.time.now is None or self.time.now >= moment:
            return
        self.go_on()
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (moment, next(self._turns), woken))
        self._one_less()
        await woken

    async def live(self, lives: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """All of them to their end. Raises what one of them raises, but Stopped."""
        self._busy = len(lives)
        async with asyncio.TaskGroup() as group:
            for life in lives:
                group.create_task(self._lived(life))
            while True:
                await self._rest.wait()
                if not self._waiting:
                    return
                if not self.stopped:
                    await self.time.until(self._waiting[0][0])
                    self.moved(self._waiting[0][0])
                self._wake()

    async def _lived(self, life: Callable[[], Awaitable[None]]) -> None:
        try:
            await life()
        except Stopped:
            pass
        finally:
            self._one_less()

    def _one_less(self) -> None:
        self._busy -= 1
        if not self._busy:
            self._rest.set()

    def _wake(self) -> None:
        """Whoever waited for that moment; everybody, where it has stopped."""
        self._rest.clear()
        first = self._waiting[0][0]
        while self._waiting and (self.stopped or self._waiting[0][0] == first):
            *_, woken = heapq.heappop(self._waiting)
            self._busy += 1
            if self.stopped:
                woken.set_exception(Stopped())
            else:
                woken.set_result(None)
