"""A store with its writer, on a database of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_shared.append import Append, NewEvent
from linli_shared.decider import Reservation
from linli_shared.ending import ended
from linli_shared.writer import Writer

Urls = dict[str, str]
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database()


@pytest.fixture
async def writer(urls: Urls) -> AsyncIterator[Writer]:
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
    task = asyncio.create_task(writer.run())
    yield writer
    await ended(task)


def append(
    estate: str = "e1",
    stream: str = "thing-1",
    expected: int = 0,
    *,
    events: int = 1,
    command: UUID | None = None,
    request: int = 1,
    holds: tuple[Reservation, ...] = (),
    guards: dict[str, int] | None = None,
    data: str = "",
) -> Append:
    body = data or json.dumps({"thing": stream})
    return Append(
        estate=estate,
        stream=stream,
        expected=expected,
        command=command or uuid4(),
        request=UUID(int=request),
        meta="{}",
        correlation=UUID(int=7),
        events=[NewEvent(uuid4(), "linli.test.Done.v1", body, AT) for _ in range(events)],
        guards=guards,
        holds=holds,
    )


@pytest.fixture
def topic() -> str:
    """A topic's name, of its own; the topic is made by whoever needs it."""
    return f"linli.test.{uuid4().hex}"
