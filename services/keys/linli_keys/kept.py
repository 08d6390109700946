"""The wrapped keys in the database. Its login for HTTP reaches them through functions alone, and
only by naming whose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from asyncpg import Pool, Record
from linli_sealed.token import Owner

from linli_keys.wrapping import Wrapped, Wrapping

_HELD: Final = "select estate, subject, kek, box, destroyed from keys.held($1, $2)"
_MAKE: Final = "select keys.make($1, $2, $3, $4)"
_HEAD: Final = "select keys.head()"
_SINCE: Final = "select n, estate, subject from keys.destroyed_since($1, $2)"


@dataclass(frozen=True, slots=True)
class Given:
    """`keys` by owner, None where it was destroyed; `n` is the last destruction that they know."""

    n: int
    keys: dict[Owner, bytes | None]


async def given(pool: Pool, wrapping: Wrapping, owners: Sequence[Owner], *, new: bool) -> Given:
    """The owners' keys; `new`: made for those who have none and of whom none was destroyed."""
    n = await pool.fetchval(_HEAD)  # first: one that is destroyed meanwhile counts as not known
    rows = await _held(pool, owners)
    missing = sorted(set(owners) - {_owner(row) for row in rows}) if new else []
    if missing:
        made = [wrapping.new(owner) for owner in missing]
        boxes = [one.box for one in made]
        await pool.execute(_MAKE, *_columns(missing), wrapping.current, boxes)
        rows += await _held(pool, missing)  # another may have been first
    return Given(n, {_owner(row): _key(wrapping, row) for row in rows})


async def destroyed(pool: Pool, after: int, most: int) -> tuple[int, list[Owner]]:
    """Whose keys were destroyed after that number, at most so many, and the number reached."""
    rows = await pool.fetch(_SINCE, after, most)
    n = rows[-1]["n"] if rows else await pool.fetchval(_HEAD)
    return n, [_owner(row) for row in rows]


async def _held(pool: Pool, owners: Sequence[Owner]) -> list[Record]:
    return list(await pool.fetch(_HELD, *_columns(owners)))


def _columns(owners: Iterable[Owner]) -> tuple[list[str], list[str]]:
    known = list(owners)
    return [owner.estate for owner in known], [owner.subject for owner in known]


def _owner(row: Record) -> Owner:
    return Owner(row["estate"], row["subject"])


def _key(wrapping: Wrapping, row: Record) -> bytes | None:
    if row["destroyed"]:
        return None
    return wrapping.key(_owner(row), Wrapped(row["kek"], row["box"]))
