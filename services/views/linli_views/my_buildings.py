"""A steward's buildings 我的楼栋: which households have an open case, an elder whose visit is
overdue, or a period unpaid. Put together when it is asked for, from the boards; children come with
their programmes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from linli_service.http import queries
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict

from linli_views.case_board import OPEN
from linli_views.fee_board import ACCOUNTS, Account
from linli_views.figures import ZONE
from linli_views.sight import Read, Reading, Sight
from linli_views.steward_board import STEWARDS, Steward
from linli_views.unit_board import UNITS, Unit
from linli_views.visit_log import CARERS

_OWN: Final = """
select * from view.steward_board_{number}
 where estate = any ($1) and person_id = $2 and state = 'appointed'"""
_UNITS: Final = """
select * from view.unit_board_{number}
 where estate = $1 and building_id = any ($2) order by unit_id"""
_CASES: Final = """
select building_id, unit_id, case_no from view.case_board_{number}
 where estate = $1 and state = any ($2) and (building_id = any ($3) or unit_id = any ($4))
 order by opened_at, case_no"""
_OWING: Final = """
select * from view.fee_board_{number}
 where estate = $1 and building_id = any ($2) and owing order by unit_id"""
_OVERDUE: Final = """
select p.person_id from unnest($2::text[]) as p (person_id)
 cross join lateral (select state from view.visit_log_{number} v
                      where v.estate = $1 and v.elder_id = p.person_id and v.ends_at <= $3
                      order by v.starts_at desc limit 1) last
 where last.state not in ('completed', 'declined')"""
"""The last visit whose window is over came to nothing."""


class Home(BaseModel):
    """A unit with something to do. `overdue_elders` are ids of people; null for those who may not
    know who an elder is. `unpaid_periods` that owe anything; `owed_fen` of all together."""

    unit_id: str
    unit_no: str
    open_cases: list[str]
    overdue_elders: list[str] | None
    unpaid_periods: list[str]
    owed_fen: int


class Building(BaseModel):
    """`lead`: the caller leads it; null, where it is none of their own. `common_cases` are open
    cases of the building that are of no unit."""

    estate: str
    building_id: str
    lead: bool | None
    units: int
    common_cases: list[str]
    homes: list[Home]


class Asked(BaseModel):
    """Without a building: those that are the caller's today."""

    model_config = ConfigDict(extra="forbid")

    estate: Key | None = None
    building_id: Key | None = None


router = queries("/my-buildings", "stewards")


@router.get("")
async def buildings(
    asked: Annotated[Asked, Query()], read: Read, request: Request
) -> list[Building]:
    """For staff: their own buildings as stewards, or any one of their estates. It is as fresh as
    the boards are; what is not here has nothing open."""
    now: datetime = await request.app.state.store.clock()
    whole = read.sight.within(asked.estate).whole
    own = await _own(read, whole, now.astimezone(ZONE).date())
    wanted: dict[str, list[str]] = defaultdict(list)
    if asked.building_id is None:
        for estate, building in own:
            wanted[estate].append(building)
    else:
        wanted |= {estate: [asked.building_id] for estate in whole}
    made = [await _built(read, estate, sorted(ids), own, now) for estate, ids in wanted.items()]
    return [building for some in made for building in some]


async def _own(read: Reading, whole: Sequence[str], today: date) -> Mapping[tuple[str, str], bool]:
    """The buildings that the caller has today, and whether they lead them."""
    text = _OWN.format(number=read.number)
    rows = await read.db.fetch(text, list(whole), read.caller.person)
    assert STEWARDS.rows
    stewards: list[Steward] = [STEWARDS.rows.parse(row) for row in rows]
    return {
        (steward.estate, one["building_id"]): one["lead"]
        for steward in sorted(stewards, key=lambda one: one.estate)
        for one in steward.assignments
        if one["from_on"] <= today.isoformat() <= (one["to_on"] or "9999")
    }


async def _built(
    read: Reading,
    estate: str,
    ids: Sequence[str],
    own: Mapping[tuple[str, str], bool],
    now: datetime,
) -> list[Building]:
    assert UNITS.rows
    rows = await _fetch(read, _UNITS, estate, ids)
    units: list[Unit] = [UNITS.rows.parse(row) for row in rows]
    cases = await _fetch(read, _CASES, estate, list(OPEN), ids, [unit.unit_id for unit in units])
    assert ACCOUNTS.rows
    owing = [ACCOUNTS.rows.parse(row) for row in await _fetch(read, _OWING, estate, ids)]
    overdue = await _overdue(read, estate, units, now)
    homes = [_home(unit, cases, owing, overdue) for unit in units]
    return [
        Building(
            estate=estate,
            building_id=building,
            lead=own.get((estate, building)),
            units=sum(unit.building_id == building for unit in units),
            common_cases=[
                case["case_no"]
                for case in cases
                if case["building_id"] == building and case["unit_id"] is None
            ],
            homes=[
                home
                for unit, home in zip(units, homes, strict=True)
                if unit.building_id == building and _something(home)
            ],
        )
        for building in ids
    ]


async def _fetch(read: Reading, text: str, *values: Any) -> list[Any]:
    found: list[Any] = await read.db.fetch(text.format(number=read.number), *values)
    return found


async def _overdue(
    read: Reading, estate: str, units: Iterable[Unit], now: datetime
) -> frozenset[str] | None:
    """Who of those that live there waits for a visit; None for who may not know."""
    if estate not in Sight.of(read.caller, CARERS).whole:
        return None
    people = [one["person_id"] for unit in units for one in unit.residents]
    return frozenset(row["person_id"] for row in await _fetch(read, _OVERDUE, estate, people, now))


def _home(
    unit: Unit, cases: Iterable[Any], owing: Iterable[Account], overdue: frozenset[str] | None
) -> Home:
    accounts = [one for one in owing if one.unit_id == unit.unit_id]
    return Home(
        unit_id=unit.unit_id,
        unit_no=unit.unit_no,
        open_cases=[case["case_no"] for case in cases if case["unit_id"] == unit.unit_id],
        overdue_elders=None
        if overdue is None
        else [one["person_id"] for one in unit.residents if one["person_id"] in overdue],
        unpaid_periods=[
            bill["period"]
            for account in accounts
            for bill in account.bills
            if bill["paid_fen"] + bill["waived_fen"] < bill["amount_fen"]
        ],
        owed_fen=sum(account.owed_fen for account in accounts),
    )


def _something(home: Home) -> bool:
    return bool(home.open_cases or home.overdue_elders or home.owed_fen)
