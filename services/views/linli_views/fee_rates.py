"""Fee rates 缴费率 by building and period, by the definitions of the headline figures and as they
were known at any moment."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request
from linli_service.http import queries
from pydantic import BaseModel

from linli_views import fee_kpis
from linli_views.figures import ZONE, Life, Window
from linli_views.headline import Asked, known_by
from linli_views.sight import Read

router = queries("/kpi/fees", "kpi")


class Rate(BaseModel):
    """`begins_on` is the first day of the period. `fee_rate_bp`: received by receivable
    当期实收/当期应收; `fee_household_bp`: units that owe nothing more by units billed
    已交户/收费户; null where nothing is receivable. `building_id` null: all of them."""

    building_id: str | None
    begins_on: date
    receivable_fen: int
    received_fen: int
    units: int
    fee_rate_bp: int | None
    fee_household_bp: int | None


class Rates(BaseModel):
    """`final` as of a headline figure."""

    as_of: datetime
    final: bool
    items: list[Rate]


@router.get("")
async def rates(request: Request, asked: Annotated[Asked, Query()], read: Read) -> Rates:
    """Of the periods that begin in the window, each for the estate and then by building."""
    known = await known_by(request, asked, read)
    items: list[Rate] = []
    for begins, billed in fee_kpis.periods(known.lives, Window.parse(asked.window)).items():
        day = begins.astimezone(ZONE).date()
        items.append(_rate(None, day, billed))
        for building in sorted({life.facts[0].building_id or "" for life in billed}):
            own = [life for life in billed if life.facts[0].building_id == building]
            items.append(_rate(building, day, own))
    return Rates(as_of=known.as_of, final=known.final, items=items)


def _rate(building: str | None, begins_on: date, billed: Iterable[Life]) -> Rate:
    own = list(billed)
    return Rate(
        building_id=building,
        begins_on=begins_on,
        receivable_fen=sum(map(fee_kpis.receivable_fen, own)),
        received_fen=sum(map(fee_kpis.received_fen, own)),
        units=len(own),
        fee_rate_bp=fee_kpis.rate(own).value,
        fee_household_bp=fee_kpis.households(own).value,
    )
