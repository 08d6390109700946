"""The places 场所 of the hall: one row a place, with its opening hours, for everybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import hall_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read

State = Literal["open", "there", "retired"]
Kind = Literal[
    "service_station", "canteen", "deliberation_hall", "class_room", "volunteer_corner", "other"
]


class Open(TypedDict):
    """`weekday` 1 is Monday; local times."""

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Place:
    """`capacity` is how many people it holds. `version` is the stream's, for If-Match."""

    estate: str
    place_id: UUID
    place_kind: str
    name_zh: str
    name_en: str
    capacity: int
    hours: tuple[Open, ...]
    state: str
    registered_at: datetime
    changed_at: datetime
    version: int


PLACES: Final = View(
    "place_board",
    row=Place,
    key=["place_id"],
    indexes=["estate, registered_at desc, place_id desc"],
)
LISTING: Final = Listing(
    "place_board", "registered_at", "place_id", lambda number: "true", ("there",)
)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _week(hours: tuple[events.Open, ...]) -> tuple[Open, ...]:
    return tuple(
        Open(
            weekday=one.weekday,
            opens=_clock(one.opens_min),
            closes=_clock(one.closes_min),
        )
        for one in hours
    )


@PLACES.on(events.PlaceRegistered.wire, events.PlaceRegistered)
def registered(place: Place | None, event: events.PlaceRegistered, fact: Fact) -> Place:
    return Place(
        estate=fact.estate,
        place_id=event.place_id,
        place_kind=event.place_kind,
        name_zh=event.name_zh,
        name_en=event.name_en,
        capacity=event.capacity,
        hours=_week(event.hours),
        state="there",
        registered_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(place: Place, event: events.OfPlace) -> dict[str, Any]:
    match event:
        case events.PlaceHoursSet():
            return {"hours": _week(event.hours)}
        case events.PlaceRetired():
            return {"state": "retired"}
        case _:
            return {}


follow(PLACES, events.OF_PLACES, _changes)

router = queries("/places", "places")


class Wanted(Asked):
    """`open` is what can be booked."""

    state: State | None = None
    place_kind: Kind | None = None


@router.get("")
async def places(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Place]:
    """The newest first."""
    filters = wanted.model_dump(include={"state", "place_kind"})
    found, following = await LISTING.page(read, filters, wanted)
    assert PLACES.rows
    return Page(items=[PLACES.rows.parse(record) for record in found], next=following)


@router.get("/{place_id}", response_model=Place, responses=UNCHANGED)
async def place(place_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert PLACES.rows
    found: Place = PLACES.rows.parse(await LISTING.one(read, place_id))
    return told(found, found.version, if_none_match, to)
