"""Group commit: appends that wait while a call is in flight go together in the next one."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from asyncpg import Record
from asyncpg.prepared_stmt import PreparedStatement

from linli_shared.append import SQL, Answer, Append, Overloaded, Unavailable, arguments
from linli_shared.logs import brief
from linli_shared.postgres import BAD_VALUE, TRANSIENT, Connect, assert_safe

Statement: TypeAlias = "PreparedStatement[Record]"
log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    append: Append
    answer: asyncio.Future[Answer]


class Writer:
    """One connection, one call in flight. `limit` bounds what waits, `group` what goes together.

    A call whose connection broke is sent again: the command ids make that harmless, so a crash of
    the database costs those who wait time, not an error, until `patience_s` is over.
    """

    def __init__(
        self,
        connect: Connect,
        *,
        on_append: Callable[[], None] = lambda: None,
        limit: int = 4096,
        group: int = 256,
        patience_s: float = 10,
        call_s: float = 5,
    ) -> None:
        self._connect, self._on_append = connect, on_append
        self._limit, self._group = limit, group
        self._patience_s, self._call_s = patience_s, call_s
        self._queue: deque[_Waiting] = deque()
        self._flight: list[_Waiting] = []
        self._filled = asyncio.Event()

    async def append(self, append: Append) -> Answer:
        if len(self._queue) >= self._limit:
            raise Overloaded
        waiting = _Waiting(append, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._filled.set()
        try:
            async with asyncio.timeout(self._patience_s):
                return await waiting.answer
        except TimeoutError:
            raise Unavailable from None

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._call_s):
                    db = await self._connect()
                try:
                    await assert_safe(db)
                    await self._serve(await db.prepare(SQL))
                finally:
                    db.terminate()
            except TRANSIENT as error:
                log.warning("append_retries", error=brief(error), waiting=len(self._queue))
                await asyncio.sleep(0.1)

    async def _serve(self, statement: Statement) -> None:
        while True:
            # What is in flight after a lost connection goes first, so order is kept.
            self._flight = [w for w in self._flight if not w.answer.done()]
            while not self._flight:
                await self._filled.wait()
                while self._queue and len(self._flight) < self._group:
                    if not (waiting := self._queue.popleft()).answer.done():
                        self._flight.append(waiting)
                if not self._queue:
                    self._filled.clear()
            await self._commit(statement, self._flight)

    async def _commit(self, statement: Statement, group: Sequence[_Waiting]) -> None:
        """Send a group; where a value breaks the call, halve until its owner is alone with it."""
        try:
            rows = await statement.fetch(
                *arguments([w.append for w in group]), timeout=self._call_s
            )
        except BAD_VALUE as error:
            if len(group) == 1:
                _settle(group[0], error)
                return
            half = len(group) // 2
            await self._commit(statement, group[:half])
            await self._commit(statement, group[half:])
            return
        for waiting, row in zip(group, rows, strict=True):
            _settle(waiting, Answer(*row))
        self._on_append()


def _settle(waiting: _Waiting, answer: Answer | Exception) -> None:
    if waiting.answer.done():
        return  # the caller has gone
    if isinstance(answer, Answer):
        waiting.answer.set_result(answer)
    else:
        waiting.answer.set_exception(answer)
