"""What the views read of `linli.estates.v1` about the hall 红色享居馆: its places and bookings."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from linli_views.facts import Read, kinds


class Open(BaseModel):
    weekday: int
    opens_min: int
    closes_min: int


class OfPlace(Read, service="estates", key="place_id"):
    place_id: UUID


class PlaceRegistered(OfPlace):
    place_kind: str
    name_zh: str
    name_en: str
    capacity: int
    hours: tuple[Open, ...]


class PlaceHoursSet(OfPlace):
    hours: tuple[Open, ...]


class PlaceRetired(OfPlace):
    pass


class OfBooking(Read, service="estates", key="booking_id"):
    booking_id: UUID
    place_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class PlaceBooked(OfBooking):
    booked_for: str


class BookingCancelled(OfBooking):
    pass


OF_PLACES: Final = list(kinds(OfPlace))
OF_BOOKINGS: Final = list(kinds(OfBooking))
