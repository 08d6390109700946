"""The routes of histories: what there is a story of, and who is told who did what."""

from dataclasses import replace
from uuid import UUID

from linli_service.http import queries
from linli_service.paging import Page

from linli_views import (
    booking_board,
    case_board,
    company_board,
    consent_board,
    dispute_board,
    erasure_board,
    fee_board,
    honour_board,
    meeting_board,
    norm_board,
    person_board,
    place_board,
    resolution_board,
    shift_board,
    steward_board,
    topic_board,
    unit_board,
    visit_log,
)
from linli_views.sight import Read
from linli_views.story import Asking, Line, lines_of

router = queries("", "history")


@router.get("/cases/{case_id}/history")
async def case_history(case_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the case."""
    return await lines_of(read, case_board.LISTING, case_id, asked, None)


@router.get("/disputes/{dispute_id}/history")
async def dispute_history(dispute_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the dispute; how mediation went, not what was said."""
    return await lines_of(read, dispute_board.LISTING, dispute_id, asked, None)


@router.get("/shifts/{shift_id}/history")
async def shift_history(shift_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the shift; who signed up is for coordinators."""
    return await lines_of(read, shift_board.LISTING, shift_id, asked, shift_board.COORDINATORS)


@router.get("/visits/{visit_id}/history")
async def visit_history(visit_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the visit; an elder may have declined it, so who did
    what is for those who may know the elder."""
    return await lines_of(read, visit_log.LISTING, visit_id, asked, visit_log.CARERS)


@router.get("/topics/{topic_id}/history")
async def topic_history(topic_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the topic."""
    listing = topic_board.LISTING
    return await lines_of(read, listing, topic_id, asked, listing.seen_by)


@router.get("/meetings/{meeting_id}/history")
async def meeting_history(meeting_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the meeting; that a ballot was cast, not whose."""
    listing = meeting_board.LISTING
    return await lines_of(read, listing, meeting_id, asked, listing.seen_by)


@router.get("/resolutions/{resolution_id}/history")
async def resolution_history(resolution_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the resolution."""
    listing = resolution_board.LISTING
    return await lines_of(read, listing, resolution_id, asked, listing.seen_by)


@router.get("/companies/{company_id}/history")
async def company_history(company_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the company."""
    listing = company_board.LISTING
    return await lines_of(read, listing, company_id, asked, listing.seen_by)


@router.get("/units/{unit_key}/history")
async def unit_history(unit_key: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see all of the unit."""
    listing = replace(unit_board.LISTING, own=lambda number: "false")
    return await lines_of(read, listing, unit_key, asked, listing.seen_by)


@router.get("/people/{person_key}/history")
async def person_history(person_key: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for the person and for those who keep the register."""
    listing = person_board.LISTING
    return await lines_of(read, listing, person_key, asked, listing.seen_by)


@router.get("/erasures/{erasure_id}/history")
async def erasure_history(erasure_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see it."""
    listing = erasure_board.LISTING
    return await lines_of(read, listing, erasure_id, asked, listing.seen_by)


@router.get("/consents/{consent_id}/history")
async def consent_history(consent_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for those who see the consent: to which words, and when it was not."""
    listing = consent_board.LISTING
    return await lines_of(read, listing, consent_id, asked, listing.seen_by)


@router.get("/fee-accounts/{account_id}/history")
async def fee_history(account_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for staff."""
    listing = fee_board.LISTING
    return await lines_of(read, listing, account_id, asked, listing.seen_by)


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


@router.get("/norms/{norm_id}/history")
async def norm_history(norm_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for staff."""
    listing = norm_board.LISTING
    return await lines_of(read, listing, norm_id, asked, listing.seen_by)


@router.get("/demonstration-posts/{honour_id}/history")
async def honour_history(honour_id: UUID, asked: Asking, read: Read) -> Page[Line]:
    """From the beginning, for staff."""
    listing = replace(honour_board.LISTING, own=lambda number: "false")
    return await lines_of(read, listing, honour_id, asked, listing.seen_by)
