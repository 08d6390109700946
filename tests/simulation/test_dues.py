"""What is waited for before time goes on, and how it goes on in several databases."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from linli_local.simulation import NeverIdle

from shared.tests.broker import until
from tests.conftest import Simulated
from tests.simulation.test_time import at, visit


async def test_no_service_is_told_of_a_due_while_another_is_still_at_yesterday(
    simulated: Simulated, estate: str
) -> None:
    """Else what one says at the due is heard by the other at yesterday's time. Went red where
    `until` set the due at once."""
    time, due = simulated.time, at(simulated, 10, 45)  # a quarter of an hour after the visit's end
    await visit(simulated, estate, at(simulated, 10, 30))
    await time.idle()
    before = time.now
    assert before
    slow = await asyncpg.connect(simulated.databases["notifications"]["LINLI_OWNER_URL"])
    quick = await asyncpg.connect(simulated.databases["volunteers"]["LINLI_OWNER_URL"])

    async def told() -> datetime:
        found: datetime = await quick.fetchval("select at from clock.simulated")
        return found

    async def moved() -> bool:
        return await told() != before

    try:
        async with asyncio.TaskGroup() as group, slow.transaction():
            await slow.execute("select from clock.simulated for update")
            group.create_task(time.until(due))
            await until(moved)
            first = await told()
        assert before < first < due
        assert await told() == time.now == due
    finally:
        await slow.close()
        await quick.close()


async def test_facts_are_waited_for_until_they_are_sent_though_nobody_reads_them(
    simulated: Simulated, estate: str
) -> None:
    """Their readers are down, and would find them sent at a later time. Went red without
    `_to_send`."""
    time = simulated.time
    await time.idle()
    owner = await asyncpg.connect(simulated.databases["volunteers"]["LINLI_OWNER_URL"])
    try:
        with time.without("views", "notifications"):
            async with owner.transaction():
                await owner.execute("select from es.relay for update")  # nothing is noted as sent
                await visit(simulated, estate, at(simulated, 10, 30))
                time.patience_s = 1
                with pytest.raises(NeverIdle, match="volunteers: facts to publish in shards"):
                    await time.until(at(simulated, 9) + timedelta(minutes=1))
    finally:
        time.patience_s = 30
        await owner.close()
    await time.idle()
