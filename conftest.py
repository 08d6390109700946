"""Fixtures for every test of the workspace: databases of their own, on the real stack."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
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
Template: TypeAlias = Callable[[bool, Sequence[ViewSet], Path | None], Awaitable[Urls]]

# What `provision` says of a database: a copy has all that is inside of its template, and not that.
_RIGHTS = """
revoke all on database {0} from public;
grant connect on database {0} to linli_test_app, linli_test_relay, linli_test_view"""

# All services, in real and in simulated time: a dozen processes that take a core while nobody asks.
_LAST = ("linli", "own_stack")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who needs them comes last, so that the others have the machine."""
    items.sort(key=lambda item: [name in getattr(item, "fixturenames", ()) for name in _LAST])


@pytest.fixture(scope="session")
async def template(stack: Stack) -> AsyncIterator[Template]:
    """The database to copy: provisioned and migrated when such a one is first asked for."""
    made: dict[str, Urls] = {}

    async def find(store: bool, views: Sequence[ViewSet], sql: Path | None) -> Urls:
        tables = [(v.name, v.revision, [t.create(1) for t in v.tables]) for v in views]
        key = repr((store, tables, sql))
        if key not in made:
            name = f"test_{uuid4().hex[:12]}_template"
            made[key] = await provision(stack.admin_url, "test", lambda _: "test", database=name)
            db = await asyncpg.connect(made[key]["LINLI_OWNER_URL"])
            try:
                await migrate(db, scripts(store=store, views=bool(views), own=sql), views)
            finally:
                await db.close()
        return made[key]

    yield find
    await _drop(stack, made.values())


@pytest.fixture
async def make_database(stack: Stack, template: Template) -> AsyncIterator[MakeDatabase]:
    """`await make_database(store=True, views=[…])`: a migrated database with its logins."""
    made: list[Urls] = []

    async def make(
        *, store: bool = True, views: Sequence[ViewSet] = (), sql: Path | None = None
    ) -> Urls:
        name, of = f"test_{uuid4().hex[:12]}", await template(store, views, sql)
        admin = await asyncpg.connect(stack.admin_url)
        try:
            await admin.execute(
                f"create database {name} template {_name(of)} owner linli_test_owner"
            )
            made.append({login: url.replace(_name(of), name) for login, url in of.items()})
            await admin.execute(_RIGHTS.format(name))
        finally:
            await admin.close()
        if store:  # as a relay does that has compared it with Kafka
            db = await asyncpg.connect(made[-1]["LINLI_OWNER_URL"])
            await db.execute("update es.relay set incarnation = es.incarnation()")
            await db.close()
        return made[-1]

    yield make
    await _drop(stack, made)


def _name(urls: Urls) -> str:
    return urls["LINLI_OWNER_URL"].rpartition("/")[2]


async def _drop(stack: Stack, databases: Iterable[Urls]) -> None:
    admin = await asyncpg.connect(stack.admin_url)
    for urls in databases:
        await admin.execute(f"drop database if exists {_name(urls)} with (force)")
    await admin.close()
