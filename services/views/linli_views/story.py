"""The history of a case or dispute: a sentence an event, only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from linli_shared.http import queries
from linli_shared.kafka import Fact
from linli_shared.paging import Page, after, cursor
from linli_shared.view import View
from pydantic import BaseModel, ConfigDict

from linli_views import case_board, dispute_board, events
from linli_views.listing import Cursor, Limit
from linli_views.sentences import fields, sentence
from linli_views.sight import Read


@dataclass(frozen=True, slots=True)
class Told:
    """`params` are pairs: the fields of the event that its sentence needs."""

    estate: str
    subject_id: UUID
    version: int
    event_id: UUID
    name: str
    kind: str
    by_id: str
    occurred_at: datetime
    recorded_at: datetime
    params: tuple[tuple[str, str], ...]


STORY: Final[View[Any]] = View("story", lines=Told, line_key=["subject_id", "version"])
_LINES: Final = """
select * from view.story_{number}
 where estate = $1 and subject_id = $2 and version > $3 order by version limit $4"""


def tell(event: events.Read, fact: Fact) -> list[Told]:
    params = tuple((field, str(getattr(event, field))) for field in fields(event.name))
    return [
        Told(
            fact.estate, events.subject(event), fact.version, fact.id, event.name, fact.kind,
            event.by_id, event.occurred_at, fact.recorded_at, params,
        )
    ]  # fmt: skip


_TOLD: Final[list[type[events.Read]]] = [
    events.CaseOpened,
    *events.OF_CASES,
    events.DisputeFiled,
    *events.OF_DISPUTES,
    events.RuleOverridden,
]
for _model in _TOLD:
    STORY.on(_model.wire, _model)(tell)


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Cursor | None = None
    limit: Limit = 200


class Line(BaseModel):
    """`kind` is the event's type, `version` its place in the history."""

    version: int
    event_id: UUID
    kind: str
    by_id: str
    occurred_at: datetime
    recorded_at: datetime
    text_zh: str
    text_en: str


router = queries("", "history")


@router.get("/cases/{case_id}/history")
async def case_history(case_id: UUID, asked: Annotated[Asked, Query()], read: Read) -> Page[Line]:
    """From the beginning, for those who see the case."""
    found = await case_board.LISTING.one(read, case_id)
    return await _lines(read, found["estate"], case_id, asked)


@router.get("/disputes/{dispute_id}/history")
async def dispute_history(
    dispute_id: UUID, asked: Annotated[Asked, Query()], read: Read
) -> Page[Line]:
    """From the beginning, for those who see the dispute; how mediation went, not what was said."""
    found = await dispute_board.LISTING.one(read, dispute_id)
    return await _lines(read, found["estate"], dispute_id, asked)


async def _lines(read: Read, estate: str, subject: UUID, asked: Asked) -> Page[Line]:
    past = after(asked.cursor, _version) or (0,)
    statement = _LINES.format(number=read.number)
    rows = await read.db.fetch(statement, estate, subject, *past, asked.limit + 1)
    assert STORY.lines
    found: list[Told] = [STORY.lines.parse(row) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return Page(
        items=[_line(told) for told in found], next=cursor(found[-1].version) if more else None
    )


def _version(given: object) -> int:
    if not isinstance(given, int) or not 0 <= given < 2**31:
        raise ValueError("is not a version")
    return given


def _line(told: Told) -> Line:
    zh, en = sentence(told.name, dict(told.params))
    return Line(
        version=told.version,
        event_id=told.event_id,
        kind=told.kind,
        by_id=told.by_id,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at,
        text_zh=zh,
        text_en=en,
    )
