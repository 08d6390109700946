"""The bell that wakes readers: at once, but never often."""

import asyncio
import time

import asyncpg
from linli_shared.doorbell import Doorbell, listen
from linli_shared.ending import ended
from linli_shared.postgres import Connect

from shared.tests.conftest import Urls


def connect(urls: Urls) -> Connect:
    return lambda: asyncpg.connect(urls["LINLI_APP_URL"])


async def heard(wake: asyncio.Event, bell: Doorbell) -> None:
    """Once the two are connected."""
    async with asyncio.timeout(60):
        while not wake.is_set():
            bell.ring()
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)
    wake.clear()


async def test_a_ring_wakes_a_listener_in_another_session_at_once(urls: Urls) -> None:
    bell, wake = Doorbell(connect(urls)), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bell.run()), tasks.create_task(listen(connect(urls), wake))]
        await heard(wake, bell)
        start = time.monotonic()
        bell.ring()
        await asyncio.wait_for(wake.wait(), 5)
        assert time.monotonic() - start < 0.5
        for task in running:
            task.cancel()


async def test_rings_in_quick_succession_go_out_as_a_few(urls: Urls) -> None:
    bell, heard_at, db = Doorbell(connect(urls), every_s=0.1), [], await connect(urls)()
    await db.add_listener("linli", lambda *_: heard_at.append(time.monotonic()))
    running = asyncio.create_task(bell.run())
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        bell.ring()
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.2)
    assert 2 <= len(heard_at) <= 7  # of some 400
    await ended(running)
    await db.close()


async def test_the_bell_and_its_listener_survive_lost_connections(urls: Urls) -> None:
    bell, wake = Doorbell(connect(urls)), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bell.run()), tasks.create_task(listen(connect(urls), wake))]
        await heard(wake, bell)
        app = await connect(urls)()
        cut = await app.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            "   and usename = current_user"
        )
        assert cut == 2
        await app.close()
        async with asyncio.timeout(60):
            while not wake.is_set():
                bell.ring()
                await asyncio.sleep(0.05)
        for task in running:
            task.cancel()
