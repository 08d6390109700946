"""Tasks end, also where a library loses a cancellation."""

import asyncio

from linli_shared.ending import ended


async def test_a_task_that_loses_its_first_cancellation_is_ended_all_the_same() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if lost:
                    raise
                lost += 1  # as `wait_for` may, whose result came at the same moment

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await ended(task)
    assert task.cancelled()
    assert lost == 1


async def test_what_has_ended_already_is_not_waited_for() -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    await ended(task)
