"""The rows that somebody wants of what may leave."""

from dataclasses import fields
from typing import Final

from asyncpg import Pool
from linli_shared.tenancy import reading

from linli_cases.complaints.terms import OPEN
from linli_cases.open311.asking import MOST, Wanted
from linli_cases.open311.domain import Jurisdiction
from linli_cases.open311.leaving import LEAVING, OPEN311_VIEWS, Leaving

_COLUMNS: Final = ", ".join(field.name for field in fields(Leaving))
_FOUND: Final = """
select {columns} from {table} where estate = $1 and service_code = any ($2::text[])
   and {which} order by requested_at desc, case_id desc limit {most}"""
_BY_ID: Final = "case_id = any ($3::uuid[])"
_BY_TIME: Final = """requested_at between $3 and $4
   and ($5::boolean is null or (state = any ($6::text[])) = $5)"""


async def found(pool: Pool, estate: str, state: Jurisdiction, wanted: Wanted) -> list[Leaving]:
    """Of the services that the estate has opened now. Raises NotLive."""
    assert LEAVING.rows
    ids = wanted.ids is not None
    codes = set(state.service_codes)
    if wanted.service_codes is not None and not ids:
        codes &= {*wanted.service_codes}
    which = _BY_ID if ids else _BY_TIME
    table = LEAVING.rows.of(await OPEN311_VIEWS.live(pool))
    sql = _FOUND.format(columns=_COLUMNS, table=table, which=which, most=MOST)
    values = [wanted.ids] if ids else [wanted.since, wanted.until, wanted.open, list(OPEN)]
    async with reading(pool, [estate]) as db:
        rows = await db.fetch(sql, estate, list(codes), *values)
    return [LEAVING.rows.parse(row) for row in rows]
