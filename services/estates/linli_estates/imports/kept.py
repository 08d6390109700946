"""What is kept of a list while it is brought in: its file, sealed, in pieces; its state; its
faults. Under row-level security: the API sees the caller's estate, the worker all."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from asyncpg import Pool, Record
from cryptography.exceptions import InvalidTag
from linli_sealed.token import Key, Owner, boxed, unboxed
from linli_sealed.vault import KeysAway, Vault
from linli_shared.postgres import Db
from linli_shared.seal import Seal

from linli_estates.imports.terms import Fault

_PIECE: Final = 256 * 1024
_ESTATE: Final = "select set_config('linli.estate', $1, true)"


class Unopened(Exception):
    """The file does not open: it was changed, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Import:
    """`state`: uploaded, checked or refused, running, done; expired, where nobody began it."""

    estate: str
    id: UUID
    company: str
    person: str
    state: str
    bytes: int
    rows: int
    units: int
    faults: int
    done: int
    made_at: datetime
    generation: int
    """Of the key that its file is sealed by."""


_COLUMNS: Final = ", ".join(
    "import as id" if field.name == "id" else field.name for field in fields(Import)
)
_INSERT: Final = f"""
insert into estates.import (estate, import, company, person, state, bytes, generation)
values ($1, $2, $3, $4, 'uploaded', $5, $6)
    on conflict (estate, import) do update
   set state = 'uploaded', person = excluded.person, generation = excluded.generation,
       rows = 0, units = 0, faults = 0
 where import.state in ('refused', 'expired')
returning {_COLUMNS}"""
_ONE: Final = f"select {_COLUMNS} from estates.import where estate = $1 and import = $2"
_NEXT: Final = f"""
select {_COLUMNS} from estates.import where state in ('uploaded', 'running')
 order by made_at, import limit 1"""
_START: Final = f"""
update estates.import set state = 'running' where estate = $1 and import = $2 and state = 'checked'
returning {_COLUMNS}"""
_DELETE: Final = "delete from estates.{table} where estate = $1 and import = $2"
_PIECES: Final = """
select box from estates.import_piece where estate = $1 and import = $2 and n = $3"""
_FAULTS: Final = """
select n, line, field, code from estates.import_fault
 where estate = $1 and import = $2 and n > $3 order by n limit $4"""


def of(record: Record) -> Import:
    return Import(*record)


@asynccontextmanager
async def within(pool: Pool, estate: str) -> AsyncIterator[Db]:
    """A transaction of the application's login, in one estate."""
    async with pool.acquire() as db, db.transaction():
        await db.execute(_ESTATE, estate)
        yield db


async def key_of(seal: Seal, job: tuple[str, UUID]) -> Key:
    """Under which the file is sealed. Raises KeysAway."""
    estate, id = job
    owner = Owner(estate, f"matter:import-{id}")
    assert isinstance(seal, Vault)
    key = (await seal.ring.keys("seal", [owner])).get(owner)
    if key is None:
        raise KeysAway
    return key


async def keep(
    pool: Pool, key: Key, job: tuple[str, UUID], company: str, person: str, file: IO[bytes]
) -> Import:
    """The same file again is the same list: what has become of it stays, unless it was refused."""
    estate, id = job
    size = file.seek(0, 2)
    file.seek(0)
    async with within(pool, estate) as db:
        if not (made := await db.fetchrow(_INSERT, estate, id, company, person, size, key.newest)):
            made = await db.fetchrow(_ONE, estate, id)
            assert made, "it is there, or was made"
            return of(made)
        await _clear(db, estate, id)
        n = 0
        while piece := file.read(_PIECE):
            n += 1
            box = boxed(key.held[key.newest], piece, f"{estate}/{id}/{n}")
            await db.execute("insert into estates.import_piece values ($1, $2, $3, $4)",
                             estate, id, n, box)  # fmt: skip
        return of(made)


async def _clear(db: Db, estate: str, id: UUID) -> None:
    for table in ("import_piece", "import_fault"):
        await db.execute(_DELETE.format(table=table), estate, id)


async def restored(pool: Pool, key: Key, job: Import, into: IO[bytes]) -> None:
    """The file as it was, a piece at a time. Raises Unopened."""
    n = 0
    while box := await pool.fetchval(_PIECES, job.estate, job.id, n + 1):
        n += 1
        try:
            into.write(unboxed(key.held[job.generation], box, f"{job.estate}/{job.id}/{n}"))
        except (InvalidTag, KeyError):
            raise Unopened from None


async def one(pool: Pool, estate: str, id: UUID) -> Import | None:
    async with within(pool, estate) as db:
        found = await db.fetchrow(_ONE, estate, id)
    return of(found) if found else None


async def started(pool: Pool, estate: str, id: UUID) -> Import | None:
    """None where it is not in a state to be."""
    async with within(pool, estate) as db:
        found = await db.fetchrow(_START, estate, id)
    return of(found) if found else None


async def faults(
    pool: Pool, estate: str, id: UUID, after: int, limit: int
) -> list[tuple[int, Fault]]:
    async with within(pool, estate) as db:
        rows = await db.fetch(_FAULTS, estate, id, after, limit)
    return [(row["n"], Fault(row["line"], row["field"], row["code"])) for row in rows]


async def due(pool: Pool) -> Import | None:
    """The oldest that there is something to do with."""
    found = await pool.fetchrow(_NEXT)
    return of(found) if found else None


async def add_faults(pool: Pool, job: Import, count: int, found: Sequence[Fault]) -> None:
    """After the first `count`."""
    await pool.execute(
        "insert into estates.import_fault select $1, $2, * from unnest($3::bigint[],"
        " $4::bigint[], $5::text[], $6::text[]) on conflict do nothing",
        job.estate, job.id, list(range(count + 1, count + len(found) + 1)),
        [fault.line for fault in found], [fault.field for fault in found],
        [fault.code for fault in found],
    )  # fmt: skip


async def note(pool: Pool, job: Import, **changed: Any) -> None:
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(changed, 3))
    await pool.execute(
        f"update estates.import set {sets} where estate = $1 and import = $2",
        job.estate, job.id, *changed.values(),
    )  # fmt: skip


async def forget(pool: Pool, job: Import, tables: Iterable[str]) -> None:
    for table in tables:
        await pool.execute(_DELETE.format(table=table), job.estate, job.id)


async def expire(pool: Pool, days: int) -> None:
    """What was checked and never begun, and its file."""
    gone = await pool.fetch(
        f"update estates.import set state = 'expired' where state = 'checked'"
        f" and made_at < now() - make_interval(days => $1) returning {_COLUMNS}", days,
    )  # fmt: skip
    for record in gone:
        await forget(pool, of(record), ["import_piece"])
