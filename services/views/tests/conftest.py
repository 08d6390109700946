"""The views' API on a database of its own, for tokens of the development issuer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pytest
from linli_local.issuer import Issuer
from linli_shared.viewset import Build
from linli_views.app import SERVICE, SQL, VIEWS

from shared.tests.reads import Reads as Views
from shared.tests.reads import reads_of

__all__ = ["BUILD", "Views"]
BUILD: Final = Build(VIEWS, 1)


@pytest.fixture
async def views(
    make_database: Callable[..., Awaitable[dict[str, str]]], issuer: Issuer
) -> AsyncIterator[Views]:
    urls = await make_database(store=False, views=[VIEWS], sql=SQL)
    async with reads_of(SERVICE, BUILD, urls, issuer) as views:
        yield views
