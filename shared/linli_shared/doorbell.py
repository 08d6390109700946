"""Wakes readers soon after an append. A ring may be lost: readers also poll."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from asyncpg import Connection, Record

from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT, Connect

log = structlog.get_logger()


class Doorbell:
    """The first ring goes out at once, those of the next `every_s` seconds as one.

    It has its own connection: a NOTIFY takes a lock on the whole server until its commit, which
    inside the append would queue all writers behind one another's disk flush.
    """

    def __init__(self, connect: Connect, *, channel: str = "linli", every_s: float = 0.02) -> None:
        self._connect, self._channel, self._every_s = connect, channel, every_s
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def run(self) -> None:
        await _keep(self._ring_on, self._connect)

    async def _ring_on(self, db: "Connection[Record]") -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            await db.execute(f"notify {self._channel}", timeout=5)
            await asyncio.sleep(self._every_s)


async def listen(connect: Connect, wake: asyncio.Event, *, channel: str = "linli") -> None:
    """Set `wake` at every ring."""

    async def hear(db: "Connection[Record]") -> None:
        gone = asyncio.Event()
        db.add_termination_listener(lambda *_: gone.set())
        await db.add_listener(channel, lambda *_: wake.set())
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), 5)
            await db.execute("select 1", timeout=5)  # fails where the connection is dead

    await _keep(hear, connect)


async def _keep(use: Callable[["Connection[Record]"], Awaitable[None]], connect: Connect) -> None:
    while True:
        try:
            async with asyncio.timeout(5):
                db = await connect()
            try:
                await use(db)
            finally:
                db.terminate()
        except TRANSIENT as error:
            log.warning("doorbell_retries", error=brief(error))
            await asyncio.sleep(0.5)
