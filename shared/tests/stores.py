"""An event store that writes, beside whatever process has the database too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from linli_shared.ending import ended
from linli_shared.store import EventStore
from linli_shared.writer import Writer


@asynccontextmanager
async def a_store(url: str) -> AsyncIterator[EventStore]:
    """`url` is the application's login."""
    async with asyncpg.create_pool(url, min_size=1, max_size=8) as pool:
        writer = Writer(lambda: asyncpg.connect(url))
        running = asyncio.create_task(writer.run())
        try:
            yield EventStore(pool, writer)
        finally:
            await ended(running)
