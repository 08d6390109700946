"""Reading under row-level security: what is not of the caller's estates does not exist."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from asyncpg import Pool

from linli_shared.postgres import Db

_ESTATES = "select set_config('linli.estates', $1::text[]::text, true)"


@asynccontextmanager
async def reading(pool: Pool, estates: Iterable[str]) -> AsyncIterator[Db]:
    """A connection whose transaction sees the views' rows of these estates, and one moment."""
    async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
        await db.execute(_ESTATES, list(estates))
        yield db
