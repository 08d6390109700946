"""The register of units 房屋: one row a unit, with area, owners and residents. Those who own it or
live in it see of the others only that they are there."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading


class Title(TypedDict):
    person_id: str
    share_bp: int


class Resident(TypedDict):
    """Those of one unit with one `household_no` are a household."""

    person_id: str
    household_no: int
    tenure: str


@dataclass(frozen=True, slots=True)
class Unit:
    """`area_cm2` is the exclusive area; shares are 10,000 bp together. `owners` and `living` are
    how many there are. `version` is the stream's, for If-Match."""

    estate: str
    unit_key: UUID
    unit_id: str
    building_id: str
    unit_no: str
    area_cm2: int
    owners: int
    titles: tuple[Title, ...]
    living: int
    residents: tuple[Resident, ...]
    registered_at: datetime
    changed_at: datetime
    version: int


UNITS: Final = View(
    "unit_board",
    row=Unit,
    key=["unit_key"],
    indexes=[
        "estate, registered_at desc, unit_key desc",
        "estate, building_id, registered_at desc, unit_key desc",
        "estate, unit_id",
    ],
)
_NAMED: Final = "@> jsonb_build_array(jsonb_build_object('person_id', :person::text))"
LISTING: Final = Listing(
    "unit_board", "registered_at", "unit_key",
    lambda number: f"(t.titles {_NAMED} or t.residents {_NAMED})",
    (),
)  # fmt: skip


@UNITS.on(events.UnitRegistered.wire, events.UnitRegistered)
def registered(unit: Unit | None, event: events.UnitRegistered, fact: Fact) -> Unit:
    return Unit(
        estate=fact.estate,
        unit_key=event.unit_key,
        unit_id=event.unit_id,
        building_id=event.building_id,
        unit_no=event.unit_no,
        area_cm2=event.area_cm2,
        owners=0,
        titles=(),
        living=0,
        residents=(),
        registered_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(unit: Unit, event: events.OfUnit) -> dict[str, Any]:
    match event:
        case events.UnitAreaCorrected():
            return {"area_cm2": event.area_cm2}
        case events.OwnershipTransferred():
            titles = tuple(title.model_dump() for title in event.titles)
            return {"titles": titles, "owners": len(titles)}
        case events.OfResident():
            there = tuple(one for one in unit.residents if one["person_id"] != event.person_id)
            if isinstance(event, events.ResidentMovedIn):
                came = Resident(
                    person_id=event.person_id,
                    household_no=event.household_no,
                    tenure=event.tenure,
                )
                there = (*there, came)
            return {"residents": there, "living": len(there)}
        case _:
            return {}


follow(UNITS, events.OF_UNITS, _changes)

router = queries("/units", "units")


class Wanted(Asked):
    building_id: Key | None = None
    unit_id: Key | None = None


@router.get("")
async def units(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Unit]:
    """The newest first. Staff see all units of their estates, everybody else those that they own
    or live in."""
    found, following = await LISTING.page(
        read, wanted.model_dump(include={"building_id", "unit_id"}), wanted
    )
    assert UNITS.rows
    rows = (UNITS.rows.parse(record) for record in found)
    return Page(items=[_shown(row, read) for row in rows], next=following)


@router.get("/{unit_key}", response_model=Unit, responses=UNCHANGED)
async def unit(unit_key: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert UNITS.rows
    found: Unit = UNITS.rows.parse(await LISTING.one(read, unit_key))
    return told(_shown(found, read), found.version, if_none_match, to)


def _shown(unit: Unit, read: Reading) -> Unit:
    """Of their own household one may know who it is; of others not."""
    if unit.estate in read.sight.whole:
        return unit
    person = read.caller.person
    mine = {one["household_no"] for one in unit.residents if one["person_id"] == person}
    return replace(
        unit,
        titles=tuple(one for one in unit.titles if one["person_id"] == person),
        residents=tuple(one for one in unit.residents if one["household_no"] in mine),
    )
