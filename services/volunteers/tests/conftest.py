"""A store of volunteers' events, with its writer, on a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import pytest
from linli_volunteers.app import SQL

from services.volunteers.tests.a_crowd import People
from shared.tests.stores import a_store

Urls: TypeAlias = dict[str, str]


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database(sql=SQL)


@pytest.fixture
async def people(urls: Urls) -> AsyncIterator[People]:
    async with a_store(urls["LINLI_APP_URL"]) as store:
        yield People(store)
