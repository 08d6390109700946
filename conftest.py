"""Fixtures for every test of the workspace: databases of their own, on the real stack."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import asyncpg
import pytest
from linli_local.testing import Stack
from linli_shared.migrate import migrate, scripts
from linli_shared.provision import provision
from linli_shared.viewset import ViewSet

Urls: TypeAlias = dict[str, str]  # as LINLI_APP_URL and its like
MakeDatabase: TypeAlias = Callable[..., Awaitable[Urls]]


@pytest.fixture
async def make_database(stack: Stack) -> AsyncIterator[MakeDatabase]:
    """`await make_database(store=True, views=[…])`: a migrated database with its logins."""
    made: list[str] = []

    async def make(
        *, store: bool = True, views: Sequence[ViewSet] = (), sql: Path | None = None
    ) -> Urls:
        name = f"test_{uuid4().hex[:12]}"
        urls = await provision(stack.admin_url, "test", lambda _: "test", database=name)
        made.append(name)
        db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
        try:
            await migrate(db, scripts(store=store, views=bool(views), own=sql), views)
            if store:  # as a relay does that has compared it with Kafka
                await db.execute("update es.relay set incarnation = es.incarnation()")
        finally:
            await db.close()
        return urls

    yield make
    admin = await asyncpg.connect(stack.admin_url)
    for name in made:
        await admin.execute(f"drop database if exists {name} with (force)")
    await admin.close()
