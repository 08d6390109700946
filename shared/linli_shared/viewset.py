"""A set of views that share progress and transaction, and its builds.

A build is the set's tables under a number. One build is live: queries read it. `rebuild` begins
another beside it, from the start of the topics, and `flip` makes that one live. A process folds the
builds of its own revision, so old code goes on with the old build while new code makes the new one.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from asyncpg import Pool

from linli_shared.postgres import Db
from linli_shared.table import Table
from linli_shared.view import View

_LIVE = "select number, revision from view.build where views = $1 and live"
_BUILDS = "select number from view.build where views = $1 and revision = $2 order by number"
_PARKED = "select count(*) from view.parked where views = $1 and view <> ''"
_POSITIONS = """
select topic, shard, position from view.progress
 where views = $1 and topic = any ($2) and position > 0 order by topic, shard"""
_UNSET = "update view.build set live = false where views = $1 and live"
_SET = "update view.build set live = true where views = $1 and number = $2"
_FORGET = (
    "delete from view.progress where views = $1",
    "delete from view.parked where views = $1",
    "delete from lease.lease where work like $1 || '/%'",
    "delete from lease.member where work like $1 || '/%'",
)
_GONE = "delete from view.build where views = $1 and number = $2"
_HELD = """
select owner from lease.lease
 where work like $1 || '/%' and until > clock_timestamp() order by owner limit 1"""
_LAG_S: Final = 1
_LET_GO_S: Final = 20
_BEGIN = """
insert into view.build (views, number, revision, live)
select $1, coalesce(max(number), 0) + 1, $2, count(*) = 0 from view.build where views = $1
returning number"""


@dataclass(frozen=True, slots=True)
class Build:
    """The tables of a set under one number."""

    views: "ViewSet"
    number: int

    @property
    def id(self) -> str:
        return f"{self.views.name}.{self.number}"


@dataclass(slots=True)
class ViewSet:
    """Raise `revision` whenever a row type or a fold changes: the views are then built anew beside
    the live ones. `topics` are all the topics that the folds read."""

    name: str
    revision: int
    topics: Sequence[str]
    members: Sequence[View[Any]]
    _live: tuple[float, int] = field(default=(float("-inf"), 0))

    @property
    def tables(self) -> list[Table]:
        return [t for view in self.members for t in (view.rows, view.lines) if t]

    async def install(self, db: Db) -> None:
        """The first build of this revision, live if the set has none. By the owner."""
        if not await self.builds(db):
            await self.begin(db)

    async def begin(self, db: Db) -> Build:
        """Another build, from the start of the topics. By the owner."""
        async with db.transaction():
            await db.execute("lock table view.build in share row exclusive mode")
            build = Build(self, await db.fetchval(_BEGIN, self.name, self.revision))
            for table in self.tables:
                await db.execute(table.create(build.number))
            return build

    async def flip(self, db: Db) -> Build:
        """Make this revision's newest build the live one. By the owner. Raises NotReady unless it
        has, within a second, all that the live one has read, and has parked nothing. (What is none
        of our relays' records stops no stream, so it counts for nothing here.)"""
        builds, live = await self.builds(db), await db.fetchrow(_LIVE, self.name)
        if live is None or not builds or builds[-1].number <= live["number"]:
            raise NotReady(f"no build of {self.name}, revision {self.revision}, after the live one")
        new, old = builds[-1], Build(self, live["number"])
        if count := await db.fetchval(_PARKED, new.id):
            raise NotReady(f"{new.id} has {count} parked records: retry or discard them")
        wanted, end = await self._positions(db, old), time.monotonic() + _LAG_S
        while behind := _behind(wanted, await self._positions(db, new)):
            if time.monotonic() > end:
                raise NotReady(f"{new.id} is behind {old.id}: {', '.join(behind)}")
            await asyncio.sleep(0.02)
        async with db.transaction():
            await db.execute(_UNSET, self.name)
            await db.execute(_SET, self.name, new.number)
        return new

    async def drop(self, db: Db, number: int) -> None:
        """Remove a build: processes that fold it are told, and waited for. By the owner. Raises
        NotReady where it is the live one, or is not let go of: then again later. (A table of a view
        that the code no longer has is left to a migration.)"""
        live = await db.fetchrow(_LIVE, self.name)
        if live and live["number"] == number:
            raise NotReady(f"{self.name}.{number} is live")
        await db.execute(_GONE, self.name, number)
        end = time.monotonic() + _LET_GO_S
        while by := await db.fetchval(_HELD, Build(self, number).id):
            if time.monotonic() > end:
                raise NotReady(f"{self.name}.{number} is still folded by {by}")
            await asyncio.sleep(0.1)
        async with db.transaction():
            for table in self.tables:
                await db.execute(f"drop table if exists {table.of(number)}")
            for statement in _FORGET:
                await db.execute(statement, Build(self, number).id)

    async def _positions(self, db: Db, build: Build) -> dict[tuple[str, int], int]:
        rows = await db.fetch(_POSITIONS, build.id, list(self.topics))
        return {(row["topic"], row["shard"]): row["position"] for row in rows}

    async def builds(self, db: "Db | Pool") -> list[Build]:
        rows = await db.fetch(_BUILDS, self.name, self.revision)
        return [Build(self, row["number"]) for row in rows]

    async def live(self, db: "Db | Pool") -> int:
        """The number of the live build, at most a second old. Raises NotLive."""
        at, number = self._live
        if time.monotonic() - at > 1:
            row = await db.fetchrow(_LIVE, self.name)
            if row is None or row["revision"] != self.revision:
                raise NotLive(self.name)
            number = row["number"]
            self._live = (time.monotonic(), number)
        return number


def _behind(
    wanted: Mapping[tuple[str, int], int], found: Mapping[tuple[str, int], int]
) -> list[str]:
    """In which shards, and how far."""
    return [
        f"{topic}/{shard} at {found.get((topic, shard), 0)} of {position}"
        for (topic, shard), position in wanted.items()
        if found.get((topic, shard), 0) < position
    ]


class NotReady(Exception):
    """The build cannot be made live, or removed; the text says what is missing."""


class NotLive(Exception):
    """The live build is of another revision of the code: this process has nothing to read yet."""
