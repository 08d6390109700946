"""Numbered SQL files, forward only, each once and in one transaction; a shipped one never changes.

`<service> migrate` runs it as the owner before a new version starts, beside the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import structlog
from asyncpg import Connection, Record

from linli_shared.viewset import ViewSet

SQL = Path(__file__).parent / "sql"
_TABLE = """
create schema if not exists migration;
create table if not exists migration.done (
    name text primary key, checksum text not null, at timestamptz not null default clock_timestamp()
)"""
# The key space of advisory locks: (1702, shard) appends, (1703, 0) migrations.
_LOCK = "select pg_advisory_lock(1703, 0)"
_UNLOCK = "select pg_advisory_unlock(1703, 0)"
log = structlog.get_logger()


class Edited(Exception):
    """A file that was applied before has other contents now: add a new one instead."""


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def scripts(*, store: bool, views: bool, own: Path | None = None) -> list[Script]:
    """The kernel's files that a service needs, then its own `sql/*.sql`."""
    wanted = [
        ("0000_leases", True),
        ("0001_event_store", store),
        ("0002_views", views),
        ("0003_whole", store),
        ("0004_clock", True),
        ("0005_complete", views),
        ("0006_steps", views),
        ("0007_plans", store),
    ]
    files = [SQL / f"{name}.sql" for name, needed in wanted if needed]
    found = [Script(f"kernel/{file.stem}", file.read_text()) for file in files]
    own_files = sorted(own.glob("*.sql")) if own else []
    return found + [Script(file.stem, file.read_text()) for file in own_files]


async def migrate(
    db: "Connection[Record]", wanted: Sequence[Script], sets: Sequence[ViewSet] = ()
) -> list[str]:
    """Apply what is missing; the names of what was applied. Waits for another migration."""
    await db.execute(_LOCK)
    try:
        await db.execute(_TABLE)
        applied = [s.name for s in await pending(db, wanted)]
        for script in wanted:
            if script.name in applied:
                async with db.transaction():
                    await db.execute(script.text)
                    await db.execute(
                        "insert into migration.done (name, checksum) values ($1, $2)",
                        script.name, script.checksum,
                    )  # fmt: skip
                log.info("migrated", script=script.name)
        for views in sets:
            async with db.transaction():
                await views.install(db)
        return applied
    finally:
        await db.execute(_UNLOCK)


async def pending(db: "Connection[Record]", wanted: Sequence[Script]) -> list[Script]:
    """What `migrate` would apply. Raises Edited."""
    if not await db.fetchval("select to_regclass('migration.done')"):
        return list(wanted)
    rows = await db.fetch("select name, checksum from migration.done")
    done = {row["name"]: row["checksum"] for row in rows}
    for script in wanted:
        if done.get(script.name, script.checksum) != script.checksum:
            raise Edited(script.name)
    return [script for script in wanted if script.name not in done]
