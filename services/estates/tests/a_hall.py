"""The owners' hall of the estate xx, open on weekdays from 08:30 to 18:00, and a booking of Li."""

from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from uuid import UUID

from linli_estates.bookings.commands import BookPlace
from linli_estates.bookings.domain import BOOKINGS
from linli_estates.bookings.events import BookingCancelled, PlaceBooked
from linli_estates.bookings.terms import Purpose
from linli_estates.places.commands import RegisterPlace
from linli_estates.places.domain import PLACES, Place
from linli_estates.places.events import Open, PlaceHoursSet, PlaceRegistered, PlaceRetired
from linli_estates.places.terms import PlaceKind
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)
ZHAO, LI = "zhao", "li"
HALL = UUID("0192c000-0000-7000-8000-0000000000b1")
BOOKING = UUID("0192c000-0000-7000-8000-0000000000b2")
NOW = datetime(2020, 7, 6, 9, tzinfo=timezone(timedelta(hours=8)))  # a Monday
WEEKDAYS = [{"weekday": day, "opens": "08:30", "closes": "18:00"} for day in range(1, 6)]
PLACE: dict[str, Any] = {
    "estate_id": "xx", "place_kind": "deliberation_hall", "name_zh": "业主议事厅",
    "name_en": "Owners' hall", "capacity": 60, "hours": WEEKDAYS,
}  # fmt: skip
OPEN = tuple(Open(weekday=day, opens_min=510, closes_min=1080) for day in range(1, 6))
A_HALL = Place(OPEN)


def of_place(command: C) -> C:
    return said(command, HALL, NOW, ZHAO, Role.ESTATE_MANAGER)


def registering(**change: Any) -> RegisterPlace:
    return of_place(RegisterPlace(**PLACE | change))


def at(hour: int, minute: int = 0, days: int = 1) -> datetime:
    """Of tomorrow, a Tuesday."""
    return NOW.replace(hour=hour, minute=minute) + timedelta(days)


def by(command: C, person: str = LI, role: Role = Role.RESIDENT, now: datetime = NOW) -> C:
    return said(command, BOOKING, now, person, role)


def booking(starts_at: datetime, ends_at: datetime, place: Place | None = A_HALL) -> BookPlace:
    command = BookPlace(
        estate_id="xx", place_id=HALL, starts_at=starts_at, ends_at=ends_at,
        booked_for=Purpose.ACTIVITY,
    )  # fmt: skip
    return by(command.learned(place=place))


REGISTERED = PlaceRegistered(
    occurred_at=NOW, place_id=HALL, by_id=ZHAO, place_kind=PlaceKind.DELIBERATION_HALL,
    name_zh="业主议事厅", name_en="Owners' hall", capacity=60, hours=OPEN,
)  # fmt: skip
SHORTER = PlaceHoursSet(occurred_at=NOW, place_id=HALL, by_id=ZHAO, hours=OPEN[:1])
RETIRED = PlaceRetired(occurred_at=NOW, place_id=HALL, by_id=ZHAO)
_OF: dict[str, Any] = {
    "occurred_at": NOW, "booking_id": BOOKING, "place_id": HALL, "starts_at": at(14),
    "ends_at": at(15, 30),
}  # fmt: skip
BOOKED = PlaceBooked(**_OF, by_id=LI, booked_for=Purpose.ACTIVITY)
CANCELLED = BookingCancelled(**_OF, by_id=LI)

NO_PLACE = Spec(PLACES)
A_PLACE = NO_PLACE.given(REGISTERED)
FREE = Spec(BOOKINGS)
TAKEN = FREE.given(BOOKED)
