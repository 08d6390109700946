"""A service as a process of its own, over HTTP, and the people who speak with it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import httpx
from linli_local import ports
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore


@asynccontextmanager
async def served(
    package: str, *parts: str, urls: Mapping[str, str], issuer: Issuer, key_store: KeyStore
) -> AsyncIterator[str]:
    """Its address, once it is ready."""
    port = ports.any_port()
    told = {
        **urls,
        **key_store.told(package.removeprefix("linli_")),
        "LINLI_ISSUER": issuer.url, "LINLI_AUDIENCE": "linli", "LINLI_PORT": str(port),
    }  # fmt: skip
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", package, *parts, env={**os.environ, **told}
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await _ready(f"{url}/readyz")
        yield url
    finally:
        running.terminate()
        await running.wait()


async def _ready(url: str) -> None:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        for _ in range(300):
            with suppress(httpx.TransportError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.1)
    raise TimeoutError(url)


class Person:
    """Sends commands, each under a key of its own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def asks(self, path: str, **body: Any) -> httpx.Response:
        key = {"Idempotency-Key": str(uuid4())}
        return await self.client.post(path, json=body, headers=key)

    async def does(self, path: str, **body: Any) -> Any:
        answer = await self.asks(path, **body)
        assert answer.is_success, answer.text
        return answer.json()

    async def is_refused(self, path: str, **body: Any) -> Any:
        """The problem."""
        answer = await self.asks(path, **body)
        assert answer.is_error, answer.text
        return answer.json()

    async def refused(self, path: str, code: str, **body: Any) -> Any:
        """The params of the problem of that code."""
        problem = await self.is_refused(path, **body)
        assert problem["code"] == code, problem
        return problem["params"]


@asynccontextmanager
async def person(
    address: str, issuer: Issuer, name: str, *roles: str, estate: str = "xx"
) -> AsyncIterator[Person]:
    headers = {"Authorization": f"Bearer {issuer.token(name, {estate: roles})}"}
    async with httpx.AsyncClient(
        base_url=address, headers=headers, timeout=60, trust_env=False
    ) as client:
        yield Person(client)
