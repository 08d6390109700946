"""HTTP for bookings 预约: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands
from linli_shared.store import Reader

from linli_estates.bookings.commands import BookPlace, CancelBooking
from linli_estates.bookings.domain import BOOKINGS
from linli_estates.places.domain import PLACES, Place

router = commands("/bookings", "places")


@router.post("", status_code=201)
async def book(command: BookPlace, call: Call) -> Done:
    return Done.of(await call.create(BOOKINGS, command, command.estate_id, with_place))


@router.post("/{booking_id}/cancel")
async def cancel(booking_id: UUID, command: CancelBooking, call: Call) -> Done:
    return Done.of(await call.act(BOOKINGS, booking_id, command))


async def with_place(reader: Reader, command: BookPlace) -> BookPlace:
    """Guarded: nobody books beside a change of its opening hours."""
    place: Place | None = await reader.load(PLACES, command.place_id)
    return command.learned(place=place)
