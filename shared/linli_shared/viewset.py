"""A set of views that share progress and transaction, and its builds.

A build is the set's tables under a number. One build is live: queries read it. `rebuild` begins
another beside it, from the start of the topics, and `flip` makes that one live. A process folds the
builds of its own revision, so old code goes on with the old build while new code makes the new one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncpg import Pool

from linli_shared.postgres import Db
from linli_shared.table import Table
from linli_shared.view import View

_LIVE = "select number, revision from view.build where views = $1 and live"
_BUILDS = "select number from view.build where views = $1 and revision = $2 order by number"
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
        await db.execute("lock table view.build in share row exclusive mode")
        build = Build(self, await db.fetchval(_BEGIN, self.name, self.revision))
        for table in self.tables:
            await db.execute(table.create(build.number))
        return build

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


class NotLive(Exception):
    """The live build is of another revision of the code: this process has nothing to read yet."""
