"""HTTP: search in the directory 通讯录: people, units and stewards by what somebody types."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_shared.decider import Rejected
from linli_shared.table import Table
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict, StringConstraints

from linli_views import person_board, steward_board, unit_board
from linli_views.directory.index import ERASED, PERSON, STEWARD, UNIT
from linli_views.directory.spelling import typed
from linli_views.sight import STAFF, Read, Reading, Sight

MOST: Final = 20
_WORDS_MOST: Final = 400
_LAST: Final = chr(0x10FFFF)
_FIND: Final = """
select e.estate, f.subject from unnest($1::text[]) as e (estate)
 cross join lateral (
    select w.subject, min(w.word) as word
      from (select subject, word from directory.word
             where estate = e.estate and kind = $2 and word >= $3 and word < $4
             order by word limit $5) w
     group by w.subject) f
 order by f.word, f.subject limit $6"""
_ROWS: Final = """
select t.* from unnest($1::text[], $2::uuid[]) with ordinality as f (estate, subject, n)
  join {table} t on (t.estate, t.{key}) = (f.estate, f.subject) {where} order by f.n"""


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=64)]
    estate: Key | None = None


class Found(BaseModel):
    """Up to twenty of each, what is nearest to the text first. Names are masked as in the register
    of people."""

    people: list[person_board.Person]
    units: list[unit_board.Unit]
    stewards: list[steward_board.Steward]


router = queries("/directory", "directory")


@router.get("")
async def search(asked: Annotated[Asked, Query()], read: Read, to: Response) -> Found:
    """Whatever begins with `q`: a name or a part of it, in characters, pinyin (`lixiuying`) or
    initials (`lxy`), for those who keep a register of people; the number of a unit (`1102`) or a
    badge for staff. New names are found seconds after they are on the board. What is typed may be a
    name: have no proxy write it down."""
    to.headers["Cache-Control"] = "no-store"
    keepers = Sight.of(read.caller, person_board.KEEPERS).within(asked.estate).whole
    staff = Sight.of(read.caller, STAFF).within(asked.estate).whole
    if not (keepers or staff):
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted({*person_board.KEEPERS, *STAFF}))
    people = await _rows(
        read, PERSON, person_board.PEOPLE.rows, keepers, asked.q,
        f"and not {ERASED.format(n=read.number)}",
    )  # fmt: skip
    units = await _rows(read, UNIT, unit_board.UNITS.rows, staff, asked.q)
    stewards = await _rows(read, STEWARD, steward_board.STEWARDS.rows, staff, asked.q)
    return Found(
        people=await person_board.opened(read, people),
        units=units,
        stewards=await steward_board.shown(stewards, read),
    )


async def _rows(
    read: Reading, kind: str, table: Table | None, estates: Sequence[str], q: str, where: str = ""
) -> list[Any]:
    if not estates or not (word := typed(q)):
        return []
    assert table is not None
    found = await read.db.fetch(
        _FIND, list(estates), kind, word, word + _LAST, _WORDS_MOST, MOST
    )  # fmt: skip
    text = _ROWS.format(table=table.of(read.number), key=table.key[1], where=where)
    subjects: list[UUID] = [row["subject"] for row in found]
    rows = await read.db.fetch(text, [row["estate"] for row in found], subjects)
    return [table.parse(row) for row in rows]
