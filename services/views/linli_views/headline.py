"""Headline figures of a window as they were known at any moment: facts that are only added."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Final, Literal
from uuid import uuid5

from fastapi import Query, Request
from linli_service.http import queries
from linli_shared.kafka import Fact
from linli_shared.text import Key, Time
from linli_shared.view import View
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from linli_views import dispute_events, estate_events, events, steward_events
from linli_views.figures import ZONE, Counted, Figure, Life, Window, lives
from linli_views.kpis import KPIS
from linli_views.sight import Read

HEADLINE: Final[View[Any]] = View(
    "headline",
    lines=Figure,
    line_key=["event_id", "subject_id"],
    line_indexes=[
        "estate, occurred_at",
        "estate, period_at",
        "estate, matter",
        "estate, subject_id, recorded_at",
    ],
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
    dispute_events.DisputeFiled,
    dispute_events.DisputeMediated,
)
_OWING: Final[Mapping[type[estate_events.OfMoney], int]] = {  # what each does to what is owed
    estate_events.BillIssued: 1,
    estate_events.BillWaived: -1,
    estate_events.PaymentRecorded: -1,
    estate_events.PrepaymentAllocated: -1,
    estate_events.PaymentReversed: 1,
}
_TOPICS: Final = ("linli.cases.v1", "linli.estates.v1")  # where these come from
# All facts of whatever has one in the window, of fees of its periods, and of fees that were owed
# when it began, and of stewards: no other can be counted.
_FACTS: Final = """
select f.* from view.headline_{number} f
 where f.estate = $1 and f.recorded_at <= $4
   and f.subject_id in (select w.subject_id from view.headline_{number} w
                         where w.estate = $1 and w.recorded_at <= $4
                           and w.occurred_at >= $2 and w.occurred_at < $3
                        union
                        select w.subject_id from view.headline_{number} w
                         where w.estate = $1 and w.recorded_at <= $4
                           and w.period_at >= $2 and w.period_at < $3
                        union
                        select w.subject_id from view.headline_{number} w
                         where w.estate = $1 and w.recorded_at <= $4
                           and w.period_at < $2 and w.occurred_at < $2
                         group by w.subject_id having sum(w.value) > 0
                        union
                        select w.subject_id from view.headline_{number} w
                         where w.estate = $1 and w.recorded_at <= $4 and w.matter = 'steward')"""


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
        case dispute_events.DisputeMediated():
            return int(event.outcome != "not_settled")
        case _:
            return None


def fee_figures(event: estate_events.OfBill | estate_events.OfPayment, fact: Fact) -> list[Figure]:
    """One a period that it is about."""
    about = [event] if isinstance(event, estate_events.OfBill) else event.allocations
    owed: dict[date, int] = {}
    for one in about:
        owed[one.begins_on] = owed.get(one.begins_on, 0) + one.amount_fen * _OWING[type(event)]
    return [
        Figure(
            fact.estate, fact.id, uuid5(event.account_id, begins.isoformat()), fact.version,
            event.name, "fees", event.occurred_at, fact.recorded_at, fen,
            datetime.combine(begins, time(tzinfo=ZONE)), event.building_id,
        )
        for begins, fen in owed.items()
    ]  # fmt: skip


def steward_figure(event: steward_events.OfSteward, fact: Fact) -> list[Figure]:
    return [
        Figure(
            fact.estate, fact.id, event.steward_id, fact.version, event.name, "steward",
            event.occurred_at, fact.recorded_at, None,
        )
    ]  # fmt: skip


for _model in _READ:
    HEADLINE.on(_model.wire, _model)(figure)
for _money in _OWING:
    HEADLINE.on(_money.wire, _money)(fee_figures)
for _steward in (steward_events.StewardAppointed, steward_events.StewardshipEnded):
    HEADLINE.on(_steward.wire, _steward)(steward_figure)

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


@dataclass(frozen=True, slots=True)
class Known:
    as_of: datetime
    final: bool
    lives: list[Life]


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
    known = await known_by(request, asked, read)
    window = Window.parse(asked.window)
    return Headline(
        kpis={
            name: _answer(name, definition.count(known.lives, window), asked, known)
            for name, definition in KPIS.items()
        }
    )


async def known_by(request: Request, asked: Asked, read: Read) -> Known:
    """What figures of the window are counted from. Raises what staff alone do not meet."""
    read.sight.staff_of(asked.scope)
    as_of = asked.as_of or await request.app.state.store.clock()
    window = Window.parse(asked.window)
    final = await read.final(_TOPICS, asked.scope, as_of)
    statement = _FACTS.format(number=read.number)
    rows = await read.db.fetch(statement, asked.scope, *window.instants, as_of)
    assert HEADLINE.lines
    return Known(as_of, final, lives(HEADLINE.lines.parse(row) for row in rows))


def _answer(name: str, counted: Counted, asked: Asked, known: Known) -> Kpi:
    return Kpi(
        value=counted.value,
        unit="bp" if name.endswith("_bp") else "count",
        scope=asked.scope,
        window=asked.window,
        as_of=known.as_of,
        definition_version=KPIS[name].version,
        definition=KPIS[name].text,
        event_count=len(counted.ids),
        final=known.final,
        sha256=counted.digest,
    )
