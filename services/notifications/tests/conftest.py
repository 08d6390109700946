"""The inbox's API on a database of its own, for tokens of the development issuer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pytest
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore
from linli_notifications.app import INBOXES, SERVICE
from linli_shared.viewset import Build

from services.notifications.tests.a_mail_server import MailServer, listening
from services.notifications.tests.an_office import Office, open_office
from shared.tests.reads import Reads as Inboxes
from shared.tests.reads import reads_of

__all__ = ["BUILD", "Inboxes"]
BUILD: Final = Build(INBOXES, 1)


@pytest.fixture
async def inboxes(
    make_database: Callable[..., Awaitable[dict[str, str]]], issuer: Issuer
) -> AsyncIterator[Inboxes]:
    urls = await make_database(store=False, views=[INBOXES])
    async with reads_of(SERVICE, BUILD, urls, issuer) as inboxes:
        yield inboxes


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[dict[str, str]]]) -> dict[str, str]:
    assert SERVICE.sql
    return await make_database(views=SERVICE.sets, sql=SERVICE.sql)


@pytest.fixture
async def office(
    urls: dict[str, str], issuer: Issuer, key_store: KeyStore
) -> AsyncIterator[Office]:
    async with open_office(urls, issuer, key_store) as office:
        yield office


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with listening() as server:
        yield server
