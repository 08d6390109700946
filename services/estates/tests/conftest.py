"""The service as a process of its own, and people with roles in several tenants."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest
from linli_estates.app import SQL
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore

from services.estates.tests.a_company import NAMES, REGION
from shared.tests.served import Person, served

Urls = dict[str, str]
Who = Callable[..., AbstractAsyncContextManager[Person]]


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database(sql=SQL)


@pytest.fixture
async def address(urls: Urls, issuer: Issuer, key_store: KeyStore) -> AsyncIterator[str]:
    async with served(
        "linli_estates", "api", "timers", urls=urls, issuer=issuer, key_store=key_store
    ) as address:
        yield address


@pytest.fixture
def who(address: str, issuer: Issuer) -> Who:
    @asynccontextmanager
    async def person(name: str, estates: Mapping[str, list[str]]) -> AsyncIterator[Person]:
        headers = {"Authorization": f"Bearer {issuer.token(name, estates)}"}
        async with httpx.AsyncClient(base_url=address, headers=headers, trust_env=False) as client:
            yield Person(client)

    return person


async def founded(person: Person, tenant: str) -> str:
    company = await person.does("/companies", tenant=tenant, **NAMES)
    path = f"/companies/{company['id']}"
    await person.does(f"{path}/register-region", **REGION)
    return path


def of(company: str, **estates: str) -> dict[str, list[str]]:
    return {company: ["company_user"]} | {name: [role] for name, role in estates.items()}
