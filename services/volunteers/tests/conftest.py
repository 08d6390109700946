"""A store of volunteers' events, with its writer, on a database of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import asyncpg
import pytest
from linli_shared.ending import ended
from linli_shared.store import EventStore
from linli_shared.writer import Writer
from linli_volunteers.app import SQL

from services.volunteers.tests.a_crowd import People

Urls: TypeAlias = dict[str, str]


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database(sql=SQL)


@pytest.fixture
async def people(urls: Urls) -> AsyncIterator[People]:
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
    task = asyncio.create_task(writer.run())
    async with asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=8) as pool:
        yield People(EventStore(pool, writer))
    await ended(task)
