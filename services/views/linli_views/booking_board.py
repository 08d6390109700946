"""The calendar of places: one row a booking 预约. When a place is taken is for everybody of the
estate; who has it, for staff and themself."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View

from linli_views import hall_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.figures import ZONE
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading


@dataclass(frozen=True, slots=True)
class Booking:
    """`day` is the local one. `booked_by` is null for those who may not know. `version` is the
    stream's, for If-Match."""

    estate: str
    booking_id: UUID
    place_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    booked_for: str
    state: str
    booked_by: str | None
    changed_at: datetime
    version: int


BOOKINGS: Final = View(
    "booking_board",
    row=Booking,
    key=["booking_id"],
    indexes=[
        "estate, starts_at, booking_id",
        "estate, place_id, day, starts_at, booking_id",
    ],
)
LISTING: Final = Listing(
    "booking_board", "starts_at", "booking_id", lambda number: "true", ("booked",), forward=True
)


@BOOKINGS.on(events.PlaceBooked.wire, events.PlaceBooked)
def booked(booking: Booking | None, event: events.PlaceBooked, fact: Fact) -> Booking:
    return Booking(
        estate=fact.estate,
        booking_id=event.booking_id,
        place_id=event.place_id,
        day=event.starts_at.astimezone(ZONE).date(),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        booked_for=event.booked_for,
        state="booked",
        booked_by=event.by_id,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(booking: Booking, event: events.OfBooking) -> dict[str, Any]:
    return {"state": "cancelled"} if isinstance(event, events.BookingCancelled) else {}


follow(BOOKINGS, events.OF_BOOKINGS, _changes)

router = queries("/bookings", "places")


class Wanted(Asked):
    """`day`: the local day on which it starts. `open` is what takes the place."""

    place_id: UUID | None = None
    day: date | None = None
    state: Literal["open", "booked", "cancelled"] | None = None


@router.get("")
async def bookings(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Booking]:
    """The earliest first."""
    filters = wanted.model_dump(include={"place_id", "day", "state"})
    found, following = await LISTING.page(read, filters, wanted)
    assert BOOKINGS.rows
    rows = (BOOKINGS.rows.parse(record) for record in found)
    return Page(items=[_shown(row, read) for row in rows], next=following)


@router.get("/{booking_id}", response_model=Booking, responses=UNCHANGED)
async def booking(booking_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert BOOKINGS.rows
    found: Booking = BOOKINGS.rows.parse(await LISTING.one(read, booking_id))
    return told(_shown(found, read), found.version, if_none_match, to)


def _shown(booking: Booking, read: Reading) -> Booking:
    whole = booking.estate in read.sight.whole
    if whole or booking.booked_by == read.caller.person:
        return booking
    return replace(booking, booked_by=None)
