"""Bookings 预约 of places: no two of one place at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from linli_shared import lifecycle
from linli_shared.decider import Decider, Hold, Rejected, Release, Reservation

from linli_estates.bookings.commands import KEEPERS, BookingCommand, BookPlace, CancelBooking
from linli_estates.bookings.events import BookingCancelled, BookingEvent, PlaceBooked

_BOOKED: Final = "booked"
_CANCELLED: Final = "cancelled"
MOVES: Final[lifecycle.Moves] = {
    BookPlace: ({None}, _BOOKED),
    CancelBooking: ({_BOOKED}, _CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Booking:
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    by_id: str
    status: str = _BOOKED


def decide(command: BookingCommand, booking: Booking | None) -> Sequence[BookingEvent]:
    lifecycle.check(MOVES, command, booking.status if booking else None)
    if isinstance(command, BookPlace):
        return _book(command)
    assert booking is not None, "only what is booked is cancelled"
    if command.actor.id != booking.by_id and not command.actor.roles & KEEPERS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(KEEPERS))
    if command.now >= booking.starts_at:
        raise Rejected("BOOKING_STARTED")
    return [
        BookingCancelled(**_facts(command, booking.place_id, booking.starts_at, booking.ends_at))
    ]


def _book(command: BookPlace) -> Sequence[PlaceBooked]:
    if command._place is None:
        raise Rejected("NOT_FOUND")
    if command.starts_at < command.now:
        raise Rejected("BOOKING_STARTED")
    if not command._place.is_open(command.starts_at, command.ends_at):
        raise Rejected("PLACE_NOT_OPEN")
    of = _facts(command, command.place_id, command.starts_at, command.ends_at)
    return [PlaceBooked(**of, booked_for=command.booked_for)]


def _facts(
    command: BookingCommand, place_id: UUID, starts_at: datetime, ends_at: datetime
) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "booking_id": command.key,
        "place_id": place_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "by_id": command.actor.id,
    }


def evolve(booking: Booking | None, event: BookingEvent) -> Booking:
    if isinstance(event, PlaceBooked):
        return Booking(event.place_id, event.starts_at, event.ends_at, event.by_id)
    assert booking is not None, "a stream begins with PlaceBooked"
    return replace(booking, status=_CANCELLED)


def reserve(booking: Booking | None, event: BookingEvent) -> Sequence[Reservation]:
    if isinstance(event, PlaceBooked):
        return [Hold("place", str(event.place_id), event.starts_at, event.ends_at)]
    return [Release("place")]


def taken(kind: str, holder: str) -> Rejected:
    """By whom is not told."""
    return Rejected("SLOT_TAKEN")


BOOKINGS: Final = Decider("booking", None, decide, evolve, reserve, taken)
