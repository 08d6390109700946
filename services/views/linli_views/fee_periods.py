"""Fee periods 账期 that are closed: one row a period, for staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.listing import Asked, Listing
from linli_views.sight import Read


@dataclass(frozen=True, slots=True)
class Period:
    estate: str
    period_id: UUID
    period: str
    begins_on: date
    closed_at: datetime
    version: int


PERIODS: Final = View(
    "fee_periods",
    row=Period,
    key=["period_id"],
    indexes=["estate, closed_at desc, period_id desc"],
)
LISTING: Final = Listing("fee_periods", "closed_at", "period_id", lambda number: "false", ())


@PERIODS.on(events.FeePeriodClosed.wire, events.FeePeriodClosed)
def closed(period: Period | None, event: events.FeePeriodClosed, fact: Fact) -> Period:
    return Period(
        fact.estate, event.period_id, event.period, event.begins_on, event.occurred_at, fact.version
    )


router = queries("/fee-periods", "fees")


@router.get("")
async def periods(asked: Annotated[Asked, Query()], read: Read) -> Page[Period]:
    """Those that are closed, the latest first."""
    found, following = await LISTING.page(read, {}, asked)
    assert PERIODS.rows
    return Page(items=[PERIODS.rows.parse(record) for record in found], next=following)


@router.get("/{period_id}", response_model=Period, responses=UNCHANGED)
async def period(period_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    assert PERIODS.rows
    found: Period = PERIODS.rows.parse(await LISTING.one(read, period_id))
    return told(found, found.version, if_none_match, to)
