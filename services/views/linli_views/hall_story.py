"""The histories of what is in the hall 红色享居馆, and of stewards 红色管家."""

from dataclasses import replace
from uuid import UUID

from linli_service.http import queries
from linli_service.paging import Page

from linli_views import booking_board, place_board, steward_board
from linli_views.sight import Read
from linli_views.story import Asking, Line, lines_of

router = queries("", "history")


@router.get("/places/{place_id}/history")
async def place_history(place_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for everybody of the estate."""
    listing = place_board.LISTING
    return await lines_of(read, listing, place_id, asked, listing.seen_by)


@router.get("/bookings/{booking_id}/history")
async def booking_history(booking_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for everybody of the estate; who it was, for staff and themself."""
    listing = booking_board.LISTING
    return await lines_of(read, listing, booking_id, asked, listing.seen_by)


@router.get("/stewards/{steward_id}/history")
async def steward_history(steward_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for staff."""
    listing = replace(steward_board.LISTING, own=lambda number: "false")
    return await lines_of(read, listing, steward_id, asked, listing.seen_by)
