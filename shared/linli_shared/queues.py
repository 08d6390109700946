"""A queue a name: those who want one stream take turns inside the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from linli_shared.decider import Rejected


class Queues:
    """Turns in order of arrival; who waits longer than `patience_s` is refused: CONTENTION."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        lock, waiting = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = (lock, waiting + 1)
        try:
            try:
                async with asyncio.timeout(self._patience_s):
                    await lock.acquire()
            except TimeoutError:
                raise Rejected("CONTENTION") from None
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, waiting = self._locks.pop(name)
            if waiting > 1:
                self._locks[name] = (lock, waiting - 1)
