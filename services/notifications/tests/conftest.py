"""The inbox's API on a database of its own, for tokens of the development issuer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import groupby

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from linli_local.issuer import Issuer
from linli_notifications.app import INBOXES, SERVICE
from linli_shared.fold import Record
from linli_shared.projector import progress, project
from linli_shared.running import Running
from linli_shared.settings import Settings
from linli_shared.viewset import Build
from pydantic import SecretStr

from services.notifications.tests.a_log import TOPIC
from services.notifications.tests.a_mail_server import MailServer, listening
from services.notifications.tests.an_office import Office, open_office

BUILD = Build(INBOXES, 1)


@dataclass(frozen=True)
class Inboxes:
    app: FastAPI
    pool: asyncpg.Pool
    issuer: Issuer

    async def project(self, records: Iterable[Record]) -> None:
        """As the projector does; nothing may be parked."""
        by_shard = sorted(records, key=lambda r: r.shard)
        batch = {shard: list(rs) for shard, rs in groupby(by_shard, key=lambda r: r.shard)}
        async with self.pool.acquire() as db:
            await progress(db, BUILD, TOPIC, sorted(batch))
        await project(self.pool, BUILD, TOPIC, batch)
        assert not await self.pool.fetch("select error from view.parked")

    @asynccontextmanager
    async def client(self, person: str, **estates: str) -> AsyncIterator[httpx.AsyncClient]:
        """A person with a role in each estate: `client("li", xx="resident")`."""
        token = self.issuer.token(person, {estate: [role] for estate, role in estates.items()})
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://notifications",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client


@pytest.fixture
async def inboxes(make_database: Callable[..., object], issuer: Issuer) -> AsyncIterator[Inboxes]:
    urls: dict[str, str] = await make_database(store=False, views=[INBOXES])  # type: ignore[misc]
    settings = Settings(app_url=SecretStr(urls["LINLI_APP_URL"]), issuer=issuer.url)
    async with (
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool,
        AsyncExitStack() as held,
    ):
        app = await Running(SERVICE, settings, ["api"]).app(held)
        yield Inboxes(app, pool, issuer)


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[dict[str, str]]]) -> dict[str, str]:
    assert SERVICE.sql
    return await make_database(views=SERVICE.sets, sql=SERVICE.sql)


@pytest.fixture
async def office(urls: dict[str, str], issuer: Issuer) -> AsyncIterator[Office]:
    async with open_office(urls, issuer) as office:
        yield office


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with listening() as server:
        yield server
