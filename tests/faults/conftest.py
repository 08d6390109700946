"""A rig for each test: its own database, topic and processes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from linli_local.testing import Stack
from linli_shared.kafka import create_topics

from shared.tests.things import things
from tests.faults.rig import Rig, rigged


@pytest.fixture
def topic() -> str:
    """A topic's name, of its own; the topic is made by whoever needs it."""
    return f"linli.test.{uuid4().hex}"


@pytest.fixture
async def rig(
    stack: Stack, topic: str, make_database: Callable[..., Awaitable[dict[str, str]]],
    tmp_path: Path,
) -> AsyncIterator[Rig]:  # fmt: skip
    urls = await make_database(views=[things(topic)])
    await create_topics(stack.kafka, [topic])
    async with rigged(stack, topic, urls, tmp_path / "parts.log") as made:
        yield made
