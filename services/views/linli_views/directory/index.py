"""The part `directory`: keeps the words that people, units and stewards are found by. It compares
what is there with the boards, so it also makes all of it again when it is lost."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from asyncpg import Pool, Record
from linli_sealed.fields import Shredded, Withheld
from linli_service.service import Task, Worker
from linli_service.settings import Settings
from linli_shared.leases import Leases, alone
from linli_shared.seal import Seal
from linli_shared.store import EventStore
from linli_shared.viewset import NotLive, ViewSet

from linli_views.directory.spelling import of_name, of_number

PERSON: Final = "person"
STEWARD: Final = "steward"
UNIT: Final = "unit"
ERASED: Final = (
    "exists (select from view.erasure_board_{n} x where x.state = 'erased'"
    " and (x.estate, x.person_id) = (t.estate, t.person_id))"
)
"""Of a row `t` of the register of people."""
_NOT_ERASED: Final = f"not {ERASED}"
SOURCES: Final[Mapping[str, str]] = {
    PERSON: (
        "select t.estate, t.person_key as subject, t.full_name as text"
        f" from view.person_board_{{n}} t where {_NOT_ERASED}"
    ),
    UNIT: (
        "select estate, unit_key as subject, unit_no || ' ' || unit_id as text"
        " from view.unit_board_{n}"
    ),
    STEWARD: (
        "select estate, steward_id as subject, badge_no as text from view.steward_board_{n}"
        " where state = 'appointed' and badge_no is not null"
    ),
}
"""What the words are made of, in the build `n`."""
_READ: Final = """
select exists (select from directory.entry) as filled,
       (select array_agg(position order by topic, shard)
          from view.progress where views = $1) as read"""
_GONE: Final = """
delete from directory.entry e where e.kind = $1
   and not exists (select from ({source}) s
                    where (s.estate, s.subject, s.text) = (e.estate, e.subject, e.made_of))"""
_MISSING: Final = """
select s.estate, s.subject, s.text from ({source}) s
 where not exists (select from directory.entry e
                    where (e.estate, e.kind, e.subject) = (s.estate, $1, s.subject))
 limit $2"""
_ENTER: Final = """
insert into directory.entry (estate, kind, subject, made_of)
select e, $1, s, t from unnest($2::text[], $3::uuid[], $4::text[]) as u (e, s, t)"""
_WORDS: Final = """
insert into directory.word (estate, kind, subject, word)
select e, $1, s, w from unnest($2::text[], $3::uuid[], $4::text[]) as u (e, s, w)"""
_BATCH: Final = 2000


def indexing(views: ViewSet) -> Worker:
    def make(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
        index = Index(views, store.seal, pool)
        leases = Leases(pool, "directory", [0], owner)
        return lambda: alone(leases, index.round, asyncio.Event(), index.poll_s)

    return make


@dataclass(slots=True)
class Index:
    views: ViewSet
    seal: Seal
    pool: Pool
    poll_s: float = 2
    """An erased person's name is gone this long after the board knows."""
    _done: object = None
    """The build, how far it was read and whether there was an index, when nothing was left."""

    async def round(self) -> int:
        """How much was changed. Nothing where no fact was read since; and where no board is live
        that this code can read: not yet."""
        try:
            number = await self.views.live(self.pool)
        except NotLive:
            return 0
        before = await self._state(number)
        if before == self._done:
            return 0
        changed, whole = 0, True
        for kind, source in SOURCES.items():
            gone = await self.pool.execute(_GONE.format(source=source.format(n=number)), kind)
            added, all_of_it = await self._add(kind, source.format(n=number))
            changed += int(gone.rpartition(" ")[2]) + added
            whole = whole and all_of_it
        if whole and not changed:
            self._done = before
        return changed

    async def _state(self, number: int) -> object:
        row = await self.pool.fetchrow(_READ, f"{self.views.name}.{number}")
        assert row is not None
        return number, row["filled"], row["read"]

    async def _add(self, kind: str, source: str) -> tuple[int, bool]:
        """How many, and whether all that are left could be read."""
        rows = await self.pool.fetch(_MISSING.format(source=source), kind, _BATCH)
        spelled = await (self._names(rows) if kind == PERSON else _numbers(rows))
        known = [
            (row, words) for row, words in zip(rows, spelled, strict=True) if words is not None
        ]
        entries = [(row["estate"], row["subject"], row["text"]) for row, _ in known]
        words = [(row["estate"], row["subject"], word) for row, some in known for word in some]
        async with self.pool.acquire() as db, db.transaction():
            await db.execute(_ENTER, kind, *_columns(entries))
            await db.execute(_WORDS, kind, *_columns(words))
        return len(known), len(known) == len(rows)

    async def _names(self, rows: Sequence[Record]) -> list[set[str] | None]:
        texts = await self.seal.texts({r["estate"] for r in rows}, (r["text"] for r in rows))
        names = [texts[row["text"]] for row in rows]
        return await asyncio.to_thread(lambda: list(map(_spelled, names)))


def _spelled(name: str) -> set[str] | None:
    """None: not to be read now. Of who was erased there is nothing to find."""
    if isinstance(name, Withheld):
        return None
    return set() if isinstance(name, Shredded) else of_name(name)


async def _numbers(rows: Sequence[Record]) -> list[set[str] | None]:
    return [{word for part in row["text"].split(" ") for word in of_number(part)} for row in rows]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(3)]
