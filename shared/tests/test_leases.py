"""Who does which shard: shares, takeover, and the fence against a former owner."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from linli_shared.leases import Leases

from shared.tests.conftest import Urls


@pytest.fixture
async def pool(urls: Urls) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=3) as pool:
        yield pool


def owner(pool: asyncpg.Pool, name: str, lease_s: float = 30) -> Leases:
    return Leases(pool, "relay", range(16), name, lease_s=lease_s)


async def settle(*owners: Leases) -> list[int]:
    for _ in range(4):
        for one in owners:
            await one.refresh()
    held = [shard for one in owners for shard in one.held]
    assert sorted(held) == list(range(16))  # each shard once
    return [len(one.held) for one in owners]


async def test_one_two_and_three_owners_have_fair_shares(pool: asyncpg.Pool) -> None:
    a, b, c = (owner(pool, name) for name in "abc")
    assert await settle(a) == [16]
    assert await settle(a, b) == [8, 8]
    assert sorted(await settle(a, b, c)) == [4, 6, 6]


async def test_owners_that_begin_at_once_share_too(pool: asyncpg.Pool) -> None:
    owners = [owner(pool, name) for name in "abc"]
    await asyncio.gather(*(one.refresh() for one in owners))
    assert sorted(await settle(*owners)) == [4, 6, 6]


async def test_a_dead_owners_shards_are_taken_when_its_leases_end(pool: asyncpg.Pool) -> None:
    a, b = owner(pool, "a", 3), owner(pool, "b", 3)
    assert await settle(a, b) == [8, 8]
    await b.refresh()
    assert len(b.held) == 8  # not before
    async with asyncio.timeout(60):
        while len(b.held) < 16:
            await asyncio.sleep(0.05)
            await b.refresh()


async def test_an_owner_that_leaves_gives_back_at_once(pool: asyncpg.Pool) -> None:
    a, b = owner(pool, "a", 300), owner(pool, "b", 300)
    assert await settle(a, b) == [8, 8]
    await a.leave()
    await b.refresh()
    assert len(b.held) == 16


async def test_what_is_in_flight_is_not_given_back(pool: asyncpg.Pool) -> None:
    a, b = owner(pool, "a"), owner(pool, "b")
    await a.refresh()
    await b.refresh()
    await a.refresh(busy=range(16))
    assert len(a.held) == 16
    await a.refresh(busy=range(8))
    assert sorted(a.held) == list(range(8))


async def test_an_owner_started_again_has_its_leases_at_once(pool: asyncpg.Pool) -> None:
    before, after = owner(pool, "a", 300), owner(pool, "a", 300)
    await before.refresh()
    await after.refresh()
    assert len(after.held) == 16
    assert all(after.held[shard] > before.held[shard] for shard in range(16))
    await before.refresh()  # the epochs are others
    assert not set(before.held.items()) & set(after.held.items())


async def test_a_late_owner_notices_that_its_shards_are_anothers(pool: asyncpg.Pool) -> None:
    a, b = owner(pool, "a", 0.2), owner(pool, "b", 0.2)
    await a.refresh()
    async with asyncio.timeout(60):
        while len(b.held) < 16:
            await asyncio.sleep(0.05)
            await b.refresh()
    await a.refresh()
    assert not a.held
