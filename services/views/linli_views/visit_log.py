"""The visit log: one row a visit to an elder, with its window, who went and what came of it. Who
the elder is, is for those who look after elders; how they are is not here at all."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_language.roles import Role
from linli_service.auth import Caller
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View

from linli_views import volunteer_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import STAFF, Read

CARERS: Final = (
    Role.STEWARD,
    Role.STEWARD_LEAD,
    Role.VOLUNTEER_COORDINATOR,
    Role.ESTATE_MANAGER,
    Role.COMMUNITY_OFFICER,
)
"""They may know who an elder is: who plans visits, and who is called when nobody answers."""
OPEN: Final = ("planned", "assigned", "arrived")
State = Literal[
    "open", "planned", "assigned", "arrived", "completed", "no_answer", "missed", "declined"
]
Tier = Literal["high", "key", "general"]


@dataclass(frozen=True, slots=True)
class Visit:
    """`version` is the stream's, for If-Match. It is to be made between `starts_at` and `ends_at`,
    and missed without arrival by `arrive_by`; `ended_at`: when it came to what `state` says.
    `elder_id` is null for those who may not know. `travel_buffer_min`: minutes to anywhere else."""

    estate: str
    visit_id: UUID
    tier: str
    state: str
    starts_at: datetime
    ends_at: datetime
    elder_id: str | None
    travel_buffer_min: int
    changed_at: datetime
    version: int
    visitor_id: str | None = None
    arrive_by: datetime | None = None
    arrived_at: datetime | None = None
    ended_at: datetime | None = None


VISITS: Final = View(
    "visit_log",
    row=Visit,
    key=["visit_id"],
    indexes=[
        "estate, starts_at desc, visit_id desc",
        "estate, state, starts_at desc, visit_id desc",
        "estate, visitor_id, starts_at desc, visit_id desc",
        "estate, elder_id, starts_at desc, visit_id desc",
    ],
)
LISTING: Final = Listing(
    "visit_log", "starts_at", "visit_id",
    lambda number: "(t.visitor_id = :person or t.elder_id = :person)",
    OPEN, seen_by=(*STAFF, Role.VOLUNTEER_COORDINATOR),
)  # fmt: skip


@VISITS.on(events.VisitScheduled.wire, events.VisitScheduled)
def scheduled(visit: Visit | None, event: events.VisitScheduled, fact: Fact) -> Visit:
    return Visit(
        estate=fact.estate,
        visit_id=event.visit_id,
        tier=event.tier,
        state="planned",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        elder_id=event.elder_id,
        travel_buffer_min=event.travel_buffer_min,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(visit: Visit, event: events.OfVisit) -> dict[str, Any]:
    at = event.occurred_at
    match event:
        case events.VisitorAssigned():
            who = {"visitor_id": event.visitor_id, "arrive_by": event.arrive_by}
            return {"state": "assigned", **who}
        case events.VisitorArrived():
            return {"state": "arrived", "arrived_at": at}
        case events.VisitCompleted() | events.VisitCompletedV1():
            return {"state": "completed", "ended_at": at}
        case events.VisitNoAnswer():
            return {"state": "no_answer", "ended_at": at}
        case events.VisitMissed():
            return {"state": "missed", "ended_at": at}
        case events.VisitDeclined():
            return {"state": "declined", "ended_at": at}
        case _:
            return {}


follow(VISITS, events.OF_VISITS, _changes)

router = queries("/visits", "visits")


class Wanted(Asked):
    """`open` is any state in which it may still be made. `elder_id` finds only visits of which the
    reader may know whom they are to."""

    state: State | None = None
    tier: Tier | None = None
    visitor_id: Key | None = None
    elder_id: Key | None = None


@router.get("")
async def visits(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Visit]:
    """The latest window first. Staff and coordinators see all visits of their estates, visitors
    those they were sent on, elders those to them."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    seen_by = CARERS if wanted.elder_id else None  # else asking for one would tell whose they are
    found, following = await LISTING.page(read, filters, wanted, seen_by)
    assert VISITS.rows
    rows = (VISITS.rows.parse(record) for record in found)
    return Page(items=[_shown(row, read.caller) for row in rows], next=following)


@router.get("/{visit_id}", response_model=Visit, responses=UNCHANGED)
async def visit(visit_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """How it stands; its ETag is what a command's If-Match takes."""
    assert VISITS.rows
    found: Visit = VISITS.rows.parse(await LISTING.one(read, visit_id))
    return told(_shown(found, read.caller), found.version, if_none_match, to)


def _shown(visit: Visit, caller: Caller) -> Visit:
    """Without the elder, for those who may not know. Who was sent there knows."""
    known = caller.estates[visit.estate] & set(CARERS)
    if known or caller.person in {visit.elder_id, visit.visitor_id}:
        return visit
    return replace(visit, elder_id=None)
