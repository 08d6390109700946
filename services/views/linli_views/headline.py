"""Headline figures of a window as they were known at any moment: facts that are only added."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from linli_service.http import queries
from linli_shared.kafka import Fact
from linli_shared.text import Key, Time
from linli_shared.view import View
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from linli_views import events
from linli_views.kpis import KPIS, Counted, Figure, Window, lives
from linli_views.sight import Read

HEADLINE: Final[View[Any]] = View(
    "headline",
    lines=Figure,
    line_key=["event_id"],
    line_indexes=["estate, occurred_at", "estate, subject_id, recorded_at"],
)
_READ: Final = (
    events.CaseOpened,
    events.CaseRejected,
    events.CaseMerged,
    events.CaseResolved,
    events.CaseClosed,
    events.CaseReopened,
    events.CaseWithdrawn,
    events.CaseRated,
    events.DisputeFiled,
    events.DisputeMediated,
)
_TOPICS: Final = ("linli.cases.v1",)  # where these come from
# All facts of whatever has one in the window: no other can be counted.
_FACTS: Final = """
select f.* from view.headline_{number} f
 where f.estate = $1 and f.recorded_at <= $4
   and f.subject_id in (select w.subject_id from view.headline_{number} w
                         where w.estate = $1 and w.recorded_at <= $4
                           and w.occurred_at >= $2 and w.occurred_at < $3)"""


def figure(event: events.Read, fact: Fact) -> list[Figure]:
    matter = event.kind if isinstance(event, events.OfCase) else "dispute"
    subject, at = events.subject(event), event.occurred_at
    return [
        Figure(
            fact.estate, fact.id, subject, fact.version, event.name, matter, at, fact.recorded_at,
            _value(event),
        )
    ]  # fmt: skip


def _value(event: events.Read) -> int | None:
    match event:
        case events.CaseRated():
            return event.score
        case events.DisputeMediated():
            return int(event.outcome != "not_settled")
        case _:
            return None


for _model in _READ:
    HEADLINE.on(_model.wire, _model)(figure)

router = queries("/kpi", "kpi")


def _window(text: str) -> str:
    if not re.fullmatch(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}/2[0-9]{3}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("is not <date>/<date>")
    return str(Window.parse(text))


class Asked(BaseModel):
    """`window` is two ISO dates, local days in Asia/Shanghai, the second not included. `as_of`:
    only facts recorded by then count; now, where it is not given."""

    model_config = ConfigDict(extra="forbid")

    scope: Key
    window: Annotated[str, Field(max_length=21), AfterValidator(_window)]
    as_of: Time | None = None


class Kpi(BaseModel):
    """`value` is a number or, where the name ends in `_bp`, a rate in hundredths of a percent; null
    is the rate of nothing. `sha256` is of the ids of the events counted: lower case, sorted, joined
    by newline. `final` is true once it is proven that every fact recorded by `as_of` has arrived
    here: the answer will never be another."""

    value: int | None
    unit: Literal["count", "bp"]
    scope: str
    window: str
    as_of: datetime
    definition_version: int
    definition: str
    event_count: int
    final: bool
    sha256: str


class Headline(BaseModel):
    kpis: dict[str, Kpi]


@router.get("/headline")
async def headline(request: Request, asked: Annotated[Asked, Query()], read: Read) -> Headline:
    """All headline figures of an estate, for its staff. An answer for an `as_of` that is past does
    not change, but for facts that were still on their way here; one that is `final` never does."""
    read.sight.staff_of(asked.scope)
    as_of = asked.as_of or await request.app.state.store.clock()
    window = Window.parse(asked.window)
    final = await read.final(_TOPICS, asked.scope, as_of)
    statement = _FACTS.format(number=read.number)
    rows = await read.db.fetch(statement, asked.scope, *window.instants, as_of)
    assert HEADLINE.lines
    known = lives(HEADLINE.lines.parse(row) for row in rows)
    return Headline(
        kpis={
            name: _answer(name, definition.count(known, window), asked, as_of, final)
            for name, definition in KPIS.items()
        }
    )


def _answer(name: str, counted: Counted, asked: Asked, as_of: datetime, final: bool) -> Kpi:
    return Kpi(
        value=counted.value,
        unit="bp" if name.endswith("_bp") else "count",
        scope=asked.scope,
        window=asked.window,
        as_of=as_of,
        definition_version=KPIS[name].version,
        definition=KPIS[name].text,
        event_count=len(counted.ids),
        final=final,
        sha256=counted.digest,
    )
