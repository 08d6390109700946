"""The history of each thing there is: a sentence an event, only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from linli_language.roles import Role
from linli_sealed.numbers import Masked
from linli_service.paging import Page, after, cursor
from linli_shared.kafka import Fact
from linli_shared.view import View
from pydantic import BaseModel, ConfigDict

from linli_views import (
    dispute_events,
    estate_events,
    events,
    facts,
    hall_events,
    meeting_events,
    norm_events,
    resolution_events,
    steward_events,
    volunteer_events,
)
from linli_views.listing import Cursor, Limit, Listing
from linli_views.sentences import sentence, told
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


def tell(event: facts.Read, fact: Fact) -> list[Told]:
    return [
        Told(
            fact.estate, event.about, fact.version, fact.id, event.name, fact.kind,
            event.by_id, event.occurred_at, fact.recorded_at, told(event),
        )
    ]  # fmt: skip


TOLD: Final[list[type[facts.Read]]] = [
    events.CaseOpened,
    *events.OF_CASES,
    dispute_events.DisputeFiled,
    *dispute_events.OF_DISPUTES,
    events.RuleOverridden,
    events.CaseFieldRevealed,
    *volunteer_events.OF_SHIFTS,
    *volunteer_events.OF_VISITS,
    *meeting_events.OF_TOPICS,
    *meeting_events.OF_MEETINGS,
    *resolution_events.OF_RESOLUTIONS,
    *estate_events.OF_COMPANIES,
    *estate_events.OF_UNITS,
    *estate_events.OF_PEOPLE,
    *estate_events.OF_ERASURES,
    *estate_events.OF_CONSENTS,
    *estate_events.OF_DISCLOSURES,
    *estate_events.OF_ACCOUNTS,
    *hall_events.OF_PLACES,
    *hall_events.OF_BOOKINGS,
    *steward_events.OF_STEWARDS,
    *steward_events.OF_POSTS,
    *norm_events.OF_NORMS,
]
for _model in TOLD:
    STORY.on(_model.wire, _model)(tell)


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Cursor | None = None
    limit: Limit = 200


class Line(BaseModel):
    """`kind` is the event's type, `version` its place in the history. `by_id` is whoever did it,
    where the reader may know."""

    version: int
    event_id: UUID
    kind: str
    by_id: str | None
    occurred_at: datetime
    recorded_at: datetime
    text_zh: Masked
    text_en: Masked


Asking = Annotated[Asked, Query()]


async def lines_of(
    read: Read, listing: Listing, subject: UUID, asked: Asked, names: Sequence[Role] | None
) -> Page[Line]:
    """`names`: who is told who did what; everybody who sees it, where None."""
    estate = (await listing.one(read, subject))["estate"]
    past = after(asked.cursor, _version) or (0,)
    statement = _LINES.format(number=read.number)
    rows = await read.db.fetch(statement, estate, subject, *past, asked.limit + 1)
    assert STORY.lines
    found: list[Told] = [STORY.lines.parse(row) for row in rows[: asked.limit]]
    more, person = len(rows) > asked.limit, read.caller.person
    named = names is None or estate in read.caller.having(*names)
    return Page(
        items=[_line(told, named or told.by_id == person) for told in found],
        next=cursor(found[-1].version) if more else None,
    )


def _version(given: object) -> int:
    if not isinstance(given, int) or not 0 <= given < 2**31:
        raise ValueError("is not a version")
    return given


def _line(told: Told, named: bool) -> Line:
    zh, en = sentence(told.name, dict(told.params))
    return Line(
        version=told.version,
        event_id=told.event_id,
        kind=told.kind,
        by_id=told.by_id if named else None,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at,
        text_zh=zh,
        text_en=en,
    )
