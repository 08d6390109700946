"""Kafka and PostgreSQL killed under load: nothing acknowledged is lost, nothing counts twice.

Checked by letting the relay end at an error instead of starting again from its rows: both fail.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from tests.faults.rig import Rig

PER_S = 200


def embedded(rig: Rig) -> Any:
    if rig.stack.embedded is None:
        pytest.skip("PostgreSQL and Kafka were given: they are not ours to kill")
    return rig.stack.embedded


async def under_load(rig: Rig, what: str, end: Callable[[], Awaitable[None]],
                     start: Callable[[], Awaitable[str]]) -> None:  # fmt: skip
    """Twice: started again at once, and after three seconds of appends that nobody can carry."""
    rig.start("relay")
    rig.start("projector")
    loading = asyncio.create_task(rig.load.run(PER_S))
    await asyncio.gather(*(rig.load.one() for _ in range(50)))
    await rig.recovered()
    for pause in (0, 3):
        await end()
        try:
            await asyncio.sleep(pause)
        finally:  # all other tests have the same servers
            await start()
        if rig.db.is_closed():
            rig.db = await asyncpg.connect(rig.url)
        print(f"\n{what} away {pause} s: whole again {await rig.recovered():.1f} s after its start")
    await rig.settled(loading)


async def test_kafka_killed_costs_time_and_no_fact(rig: Rig) -> None:
    servers = embedded(rig)
    await under_load(rig, "Kafka killed", servers.kill_kafka, servers.start_kafka)


async def test_postgres_ended_at_once_costs_time_and_no_fact(rig: Rig) -> None:
    servers = embedded(rig)

    async def end() -> None:
        await servers.stop_postgres()
        await rig.db.close(timeout=1)

    await under_load(rig, "PostgreSQL ended", end, servers.start_postgres)
