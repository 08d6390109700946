"""What a command reads does not grow with its estate, though nobody analysed the tables."""

from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from linli_shared.append import SQL, Append, arguments
from linli_shared.decider import Hold

from shared.tests.conftest import Urls, append

ESTATE_HAS = 2_000  # commands, of two events and a reservation each
_READ = """
select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::bigint from pg_stat_user_tables
 where schemaname = 'es' and relname in ('event', 'reservation')"""


def one() -> Append:
    return append(stream=f"thing-{uuid4()}", events=2, holds=(Hold("bench", uuid4().hex),))


async def rows_read(owner: asyncpg.Connection, mine: asyncpg.Connection) -> int:
    await mine.execute("select pg_stat_force_next_flush()")
    await owner.execute("select pg_stat_clear_snapshot()")
    return int(await owner.fetchval(_READ))


@pytest.mark.parametrize("analysed", [False, True])
async def test_an_append_reads_rows_by_their_key_whatever_statistics_there_are(
    urls: Urls, analysed: bool
) -> None:
    """Went red without migration 0007: the plans of an empty table were kept, and each of these
    commands read all events, or all reservations, of the estate."""
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    await owner.execute("alter table es.event set (autovacuum_enabled = off)")
    await owner.execute("alter table es.reservation set (autovacuum_enabled = off)")
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    statement = await db.prepare(SQL)  # as the writer keeps one
    last: list[Append] = []
    for _ in range(ESTATE_HAS // 100):
        last = [one() for _ in range(100)]
        await statement.fetch(*arguments(last))
    if analysed:
        await owner.execute("analyze es.event, es.reservation")
    repeated, moved = last[0], replace(last[1], command=uuid4())
    before = await rows_read(owner, db)
    told = await statement.fetch(*arguments([*(one() for _ in range(8)), repeated, moved]))
    assert [row["outcome"] for row in told] == ["appended"] * 8 + ["repeated", "conflict"]
    loaded = await db.fetch("select version from es.load($1, $2)", ["e1"], last[0].stream)
    done = await db.fetch("select version from es.done($1, $2)", ["e1"], last[0].command)
    assert len(loaded) == len(done) == 2
    assert await rows_read(owner, db) - before < 100
    await db.close()
    await owner.close()
