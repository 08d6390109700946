"""The SQL of a dataclass: every type there and back."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linli_shared.postgres import BAD_VALUE
from linli_shared.table import Table
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from shared.tests.conftest import Urls


@dataclass(frozen=True, slots=True)
class Row:
    estate: str
    id: UUID
    text: str
    flag: bool
    number: int
    share: float
    at: datetime
    day: date
    names: tuple[str, ...]
    pairs: tuple[tuple[str, int], ...]
    no_text: str | None
    no_flag: bool | None
    no_number: int | None
    no_share: float | None
    no_at: datetime | None
    no_day: date | None
    no_id: UUID | None
    no_names: tuple[str, ...] | None


TABLE = Table("row", Row, ["id"], ["estate, at desc"])
# PostgreSQL's text holds no NUL, and UTF-8 no surrogate.
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))
INT = st.integers(-(2**63), 2**63 - 1)
AT_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FLOAT = st.floats(allow_nan=False)
AT = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
DAY = st.dates(date(1900, 1, 1))
NAMES = st.lists(TEXT, max_size=3).map(tuple)
ROWS = st.builds(
    Row, TEXT, st.uuids(), TEXT, st.booleans(), INT, FLOAT, AT, DAY, NAMES,
    st.lists(st.tuples(TEXT, INT), max_size=3).map(tuple),
    *(st.none() | some for some in (TEXT, st.booleans(), INT, FLOAT, AT, DAY, st.uuids(), NAMES)),
)  # fmt: skip


@pytest.fixture
async def db(
    make_database: Callable[..., Awaitable[Urls]],
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    view = View("row", row=Row, key=["id"], indexes=["estate, at desc"])
    urls = await make_database(views=[ViewSet("rows", 1, [], [view])])
    db = await asyncpg.connect(urls["LINLI_VIEW_URL"])
    yield db
    await db.close()


async def load(db: "asyncpg.Connection[asyncpg.Record]", rows: Sequence[Row]) -> list[Row]:
    found = await db.fetch(TABLE.load(1), [r.estate for r in rows], [r.id for r in rows])
    return [TABLE.parse(row) for row in found]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(ROWS, min_size=1, max_size=8, unique_by=lambda r: (r.estate, r.id)))
async def test_a_row_comes_back_as_it_was(
    db: "asyncpg.Connection[asyncpg.Record]", rows: list[Row]
) -> None:
    await db.execute(TABLE.save(1), *TABLE.values(rows))
    found = {(r.estate, r.id): r for r in await load(db, rows)}
    assert found == {(r.estate, r.id): r for r in rows}
    assert all(type(pair) is tuple for row in found.values() for pair in row.pairs)


async def test_rows_are_changed_added_and_deleted(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    one, two = (
        Row("xx", UUID(int=n), "t", True, n, 1.5, AT_NOON, AT_NOON.date(), ("a",), (("b", 1),),
            *(None,) * 8)
        for n in (1, 2)
    )  # fmt: skip
    await db.execute(TABLE.save(1), *TABLE.values([one, two]))
    changed = replace(one, no_text="now", names=("a", "湘"))
    await db.execute(TABLE.save(1), *TABLE.values([changed]))
    await db.execute(TABLE.add(1), *TABLE.values([one]))  # a line that is there stays as it is
    assert sorted(await load(db, [one, two]), key=lambda r: r.id) == [changed, two]
    await db.execute(TABLE.delete(1), ["xx"], [two.id])
    assert await load(db, [one, two]) == [changed]


async def test_a_text_that_is_no_utf_8_is_for_the_database_to_refuse(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    """Which parks its record; raised before, it would stop the projector. Seen red with an encoder
    that raises."""
    bad = Row(
        "xx", UUID(int=1), "t", True, 1, 1.5, AT_NOON, AT_NOON.date(), ("\ud800",), (("b", 1),),
        *(None,) * 8,
    )  # fmt: skip
    with pytest.raises(BAD_VALUE):
        await db.execute(TABLE.save(1), *TABLE.values([bad]))


async def test_columns_are_nullable_where_the_type_says_so(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    rows = await db.fetch(
        "select attname, attnotnull from pg_attribute"
        " where attrelid = 'view.row_1'::regclass and attnum > 0"
    )
    assert {name for name, needed in rows if not needed} == {
        f.name for f in fields(Row) if f.name.startswith("no_")
    }


def test_a_row_begins_with_its_estate() -> None:
    @dataclass(frozen=True)
    class Homeless:
        id: UUID
        estate: str

    with pytest.raises(TypeError, match="not estate"):
        Table("homeless", Homeless, ["id"], [])
