"""Every table that holds an estate is guarded by row-level security: read from the catalogue."""

import asyncpg
import pytest
from linli_local import services

from tests.conftest import Linli

# Infrastructure without an estate: who reads how far, who holds what, what was migrated.
WITHOUT = {
    "clock.simulated", "es.mark", "es.relay", "lease.lease", "lease.member", "mail.start",
    "migration.done", "view.build", "view.discarded", "view.progress",
}  # fmt: skip
# Raw records that could not be read: for the operator of the installation, by the projector's
# login alone, and their estate may be a forged one.
OPERATORS = {"view.parked"}
TABLES = """
select n.nspname || '.' || c.relname as name,
       c.relrowsecurity and c.relforcerowsecurity as guarded,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'estate')
           as holds_estate,
       has_table_privilege('linli_app', c.oid, 'select') as read_by_app
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')"""


@pytest.mark.parametrize("service", services.SERVICES)
async def test_every_table_that_holds_an_estate_is_guarded(linli: Linli, service: str) -> None:
    db = await asyncpg.connect(linli.databases[service]["LINLI_OWNER_URL"])
    tables = {row["name"]: row for row in await db.fetch(TABLES)}
    await db.close()
    assert len(tables) > 5
    for name, table in tables.items():
        if name in OPERATORS:
            assert not table["read_by_app"]
        elif name in WITHOUT:
            assert not table["holds_estate"]
        else:
            assert table["guarded"], f"{name} has no forced row-level security"


@pytest.mark.parametrize("service", services.SERVICES)
async def test_the_application_sees_no_row_until_it_says_for_which_estates(
    linli: Linli, service: str
) -> None:
    db = await asyncpg.connect(linli.databases[service]["LINLI_APP_URL"])
    for row in await db.fetch(TABLES):
        if row["holds_estate"] and row["read_by_app"]:
            assert await db.fetchval(f"select count(*) from {row['name']}") == 0
    await db.close()
