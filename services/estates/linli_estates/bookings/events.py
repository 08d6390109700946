"""What can happen to a booking 预约 of a place."""

from uuid import UUID

from linli_shared.messages import Event
from pydantic import AwareDatetime, BaseModel

from linli_estates.bookings.terms import Purpose


class OfBooking(BaseModel):
    """What every event of a booking says."""

    booking_id: UUID
    """Of the stream."""
    place_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    by_id: str


class PlaceBooked(OfBooking, Event, kind="linli.estates.PlaceBooked.v1"):
    """For whoever did it; until `ends_at`, where the next may begin."""

    booked_for: Purpose


class BookingCancelled(OfBooking, Event, kind="linli.estates.BookingCancelled.v1"):
    pass


BookingEvent = PlaceBooked | BookingCancelled
