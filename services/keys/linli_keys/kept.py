"""The wrapped keys in the database. Its login for HTTP reaches them through functions alone, and
only by naming whose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from asyncpg import Pool
from linli_sealed.token import Owner

from linli_keys.retention import renew
from linli_keys.wrapping import Unwrappable, Wrapped, Wrapping

_HELD: Final = "select * from keys.generations($1, $2)"
_ADD: Final = "select keys.add($1, $2, $3, $4, $5)"
_KNOWN: Final = "select keys.known()"
_DESTROYED_AT: Final = "select * from keys.destroyed_at($1, $2)"
_SINCE: Final = "select n, estate, subject from keys.destroyed_since($1, $2)"


class NotCompared(Exception):
    """The database was started or put back, and who was erased has not been read again yet."""


@dataclass(slots=True)
class Held:
    """An owner's keys by generation. `newest` is 0 where they were destroyed; a generation whose
    time is over counts and is not held."""

    newest: int = 0
    made_at: datetime | None = None  # of the newest, where it may still seal
    keys: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """By owner, those who have or had one; `n` is the last destruction that this knows."""

    n: int
    held: Mapping[Owner, Held]


async def given(pool: Pool, wrapping: Wrapping, owners: Sequence[Owner], *, new: bool) -> Given:
    """The owners' keys; `new`: to seal, so those who have none, or none that is young enough, get
    one. Raises Unwrappable, NotCompared."""
    n = await known(pool)  # first: one that is destroyed meanwhile counts as not known
    held = await _held(pool, wrapping, owners)
    if new and (old := _to_renew(owners, held)):
        made = sorted(old)
        boxes = [wrapping.new(owner).box for owner in made]
        generations = [old[owner] + 1 for owner in made]
        columns = (*_columns(made), generations, wrapping.current, boxes)
        if not await pool.fetchval(_ADD, *columns):
            raise Unwrappable(wrapping.current)
        held |= await _held(pool, wrapping, made)  # another may have been first
    return Given(n, held)


def _to_renew(owners: Iterable[Owner], held: Mapping[Owner, Held]) -> dict[Owner, int]:
    """Who needs another generation to seal with, and their last."""
    now, found = datetime.now(UTC), {}
    for owner in owners:
        if (has := held.get(owner)) is None:
            found[owner] = 0
        elif has.newest and (has.made_at is None or renew(owner, has.made_at, now)):
            found[owner] = has.newest
    return found


async def destroyed(pool: Pool, after: int, most: int) -> tuple[int, list[Owner]]:
    """Whose keys were destroyed after that number, at most so many, and the number reached."""
    rows = await pool.fetch(_SINCE, after, most)
    n = rows[-1]["n"] if rows else await known(pool)
    return n, [Owner(row["estate"], row["subject"]) for row in rows]


async def destroyed_at(pool: Pool, owners: Sequence[Owner]) -> dict[Owner, datetime]:
    rows = await pool.fetch(_DESTROYED_AT, *_columns(owners))
    return {Owner(row["estate"], row["subject"]): row["at"] for row in rows}


async def known(pool: Pool) -> int:
    """The last destruction. Raises NotCompared."""
    if (n := await pool.fetchval(_KNOWN)) is None:
        raise NotCompared
    return int(n)


async def unknown(pool: Pool) -> str:
    """What keeps keys from being given away."""
    there = await pool.fetchval(_KNOWN) is not None
    return "" if there else "the ledger of erasures, see the log"


async def _held(pool: Pool, wrapping: Wrapping, owners: Sequence[Owner]) -> dict[Owner, Held]:
    found: dict[Owner, Held] = {}
    for row in await pool.fetch(_HELD, *_columns(owners)):  # a generation a row, in their order
        owner = Owner(row["estate"], row["subject"])
        has = found.setdefault(owner, Held())
        if not row["destroyed"]:
            has.newest, has.made_at = row["generation"], None
            if row["box"] is not None:
                has.made_at = None if row["spent"] else row["made_at"]
                wrapped = Wrapped(row["kek"], row["box"])
                has.keys[has.newest] = wrapping.key(owner, wrapped)
    return found


def _columns(owners: Iterable[Owner]) -> tuple[list[str], list[str]]:
    known = list(owners)
    return [owner.estate for owner in known], [owner.subject for owner in known]
