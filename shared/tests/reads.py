"""The reads of a service in this process, on a database of its own, for tokens of the issuer."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import groupby

import asyncpg
import httpx
from fastapi import FastAPI
from linli_local.issuer import Issuer
from linli_service.running import Running
from linli_service.service import Service
from linli_service.settings import Settings
from linli_shared.fold import Record
from linli_shared.projector import progress, project
from linli_shared.viewset import Build
from pydantic import SecretStr


@dataclass(frozen=True)
class Reads:
    app: FastAPI
    pool: asyncpg.Pool
    issuer: Issuer
    build: Build

    async def project(self, records: Iterable[Record]) -> None:
        """As the projector does, one topic after the other; nothing may be parked."""
        by_topic = sorted(records, key=lambda r: (r.topic, r.shard))
        for topic, of_topic in groupby(by_topic, key=lambda r: r.topic):
            batch = {shard: list(rs) for shard, rs in groupby(of_topic, key=lambda r: r.shard)}
            async with self.pool.acquire() as db:
                await progress(db, self.build, topic, sorted(batch))
            await project(self.pool, self.build, topic, batch)
        assert not await self.pool.fetch("select error from view.parked")

    @asynccontextmanager
    async def client(self, person: str, **estates: str) -> AsyncIterator[httpx.AsyncClient]:
        """A person with a role in each estate: `client("li", xx="resident")`."""
        token = self.issuer.token(person, {estate: [role] for estate, role in estates.items()})
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://reads",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client


@asynccontextmanager
async def reads_of(
    service: Service, build: Build, urls: Mapping[str, str], issuer: Issuer
) -> AsyncIterator[Reads]:
    settings = Settings(app_url=SecretStr(urls["LINLI_APP_URL"]), issuer=issuer.url)
    async with (
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=2) as pool,
        AsyncExitStack() as held,
    ):
        app = await Running(service, settings, ["api"]).app(held)
        yield Reads(app, pool, issuer, build)
