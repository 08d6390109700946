"""Changing keys while they are used: `python -m linli_keys rotate`.

A key-encryption key is changed by adding one to its file, wrapping every data key anew, and taking
the old one out: from then on a backup of the database from before opens nothing. A data key cannot
be changed for what is on the log; another generation seals what comes.
"""

import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from asyncpg import Pool, Record
from linli_sealed.token import Owner
from linli_shared.postgres import Db
from prometheus_client import Gauge

from linli_keys.wrapping import Wrapped, Wrapping

MONTH: Final = timedelta(days=30)
"""A key-encryption key is in use for so long: with a day to act, an old backup of wrapped keys is
worthless after 31 days."""
_KEKS: Final = "select name, seen_at, retired_at, destroyed_at from keys.keks()"
_SEEN: Final = "select keys.wraps($1)"
_RETIRE: Final = "select keys.retire($1)"
_OLD: Final = "select * from keys.wrapped_by_retired(1000)"
_REWRAP: Final = "select keys.rewrap($1, $2, $3, $4, $5, $6)"
_DESTROYED: Final = "select keys.kek_destroyed($1)"
_SPEND: Final = "select keys.spend($1, $2)"
_LOCK: Final = "select pg_try_advisory_lock(1704, 0)"
_UNLOCK: Final = "select pg_advisory_unlock(1704, 0)"
_AGE: Final = Gauge("linli_kek_age_days", "Since the key-encryption key in use was first seen.")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many data keys were wrapped anew, and which key-encryption keys are no more."""

    wrapped: int
    destroyed: Sequence[str]


class Busy(Exception):
    """Somebody else changes them at this moment."""


async def rotate(pool: Pool, file: Path, *, older_than: timedelta = timedelta()) -> Rotated | None:
    """Another key-encryption key, and none of those before it; None where the one in use was first
    seen less than that ago. May be run again where it was broken off. Raises Busy, and OSError
    where the file may not be written."""
    async with pool.acquire() as db:
        if not await db.fetchval(_LOCK):
            raise Busy
        try:
            return await _rotate(db, file) if await _age(db, file) >= older_than else None
        finally:
            await db.fetchval(_UNLOCK)


async def _age(db: Db, file: Path) -> timedelta:
    """Of the key-encryption key in use, since it was first seen."""
    current = Wrapping.of(file).current
    await db.fetchval(_SEEN, current)
    (seen,) = [row["seen_at"] for row in await db.fetch(_KEKS) if row["name"] == current]
    age = datetime.now(UTC) - seen
    _AGE.set(age / timedelta(days=1))
    return age  # type: ignore[no-any-return]


async def _rotate(db: Db, file: Path) -> Rotated:
    name = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    _write(file, [*_lines(file), f"{name} {b64encode(os.urandom(32)).decode()}"])
    wrapping = Wrapping.of(file)
    before = [known for known in wrapping.names if known != name]
    for old in before:
        await db.fetchval(_RETIRE, old)
    wrapped = 0
    while rows := await db.fetch(_OLD):
        await db.fetchval(_REWRAP, *_anew(wrapping, rows))
        wrapped += len(rows)
    _write(file, [line for line in _lines(file) if line.split()[0] == name])
    for old in before:
        await db.fetchval(_DESTROYED, old)
    await _age(db, file)
    log.info("keys_wrapped_anew", wrapped=wrapped, kek=name)
    return Rotated(wrapped, before)


async def spend(pool: Pool, owner: Owner | None) -> int:
    """Another generation seals what comes, of one owner or of all; how many keys that concerns."""
    estate, subject = owner or (None, None)
    return int(await pool.fetchval(_SPEND, estate, subject))


def _anew(wrapping: Wrapping, rows: Sequence[Record]) -> tuple[object, ...]:
    owners = [Owner(row["estate"], row["subject"]) for row in rows]
    boxes = [
        wrapping.anew(owner, Wrapped(row["kek"], row["box"])).box
        for owner, row in zip(owners, rows, strict=True)
    ]
    return (
        [owner.estate for owner in owners],
        [owner.subject for owner in owners],
        [row["generation"] for row in rows],
        [row["kek"] for row in rows],
        wrapping.current,
        boxes,
    )


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def _write(file: Path, lines: Sequence[str]) -> None:
    """Whole or not at all, on the disk before it is relied on, and for its owner alone."""
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write("".join(f"{line}\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
