"""`make bench` still runs: what it asks of Linli, briefly and all at once. Its figures say nothing.

Without the peers, who are installed for `make bench` alone; without `commanding`, `doubling`,
`sealing`, `resting` and `day`, whose services have databases and logins of fixed names, as those of
the other tests; and without `growing` and `rebuilding`, which have the same parts and take ten
minutes each.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import asyncpg
import pytest
from linli_local.testing import Stack
from linli_shared.viewset import ViewSet

from tests.bench import appending, holding, projecting, relaying
from tests.bench.__main__ import BENCHES, LONG, table
from tests.bench.measuring import Comparison
from tests.bench.places import Place

_OURS = "select datname from pg_database where datname like 'bench\\_%'"
ONE = asyncio.Lock()


class InTurn(Place):
    """Databases are made one after the other: the logins are the same."""

    async def database(
        self, *, store: bool = True, views: Sequence[ViewSet] = ()
    ) -> Mapping[str, str]:
        async with ONE:
            return await Place.database(self, store=store, views=views)


@pytest.fixture
async def place(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """For small and short benches; its databases go afterwards."""
    monkeypatch.setattr(appending, "_WRITERS", {1: 0})
    monkeypatch.setattr(relaying, "EVENTS", 1000)
    monkeypatch.setattr(projecting, "CASES", 50)
    monkeypatch.setattr(holding, "FACTS", 2000)
    admin = await asyncpg.connect(stack.admin_url)
    there = {row[0] for row in await admin.fetch(_OURS)}
    yield InTurn(stack, seconds=0.1)
    for row in await admin.fetch(_OURS):
        if row[0] not in there:
            await admin.execute(f"drop database {row[0]} with (force)")
    await admin.close()


async def tried(name: str, place: Place) -> list[Comparison]:
    """Of comparisons in one unit the first: the others are as many writers or events more."""
    done: dict[str, Comparison] = {}
    async for comparison in BENCHES[name](place):
        if comparison.unit not in done:
            alone = replace(comparison, runs={"linli": comparison.runs["linli"]}, targets=())
            done[comparison.unit] = alone
            await alone.repeat(1, print)
    return list(done.values())


async def test_each_bench_still_measures_linli(place: Place) -> None:
    """Went red with a store that no relay has compared, and with records without their command."""
    names = BENCHES.keys() - {"commanding", "sealing", "resting", "doubling"} - LONG
    done = await asyncio.gather(*(tried(name, place) for name in names))
    assert all(done)
    assert table([each for found in done for each in found]).row_count >= len(names)
