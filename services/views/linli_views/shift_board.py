"""The shift board: one row a shift, with the places that are left. What is published is for all."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_language.roles import Role
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View

from linli_views import volunteer_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.engagements import Engagement, Overlap, engaged, overlap
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import STAFF, Read, Reading
from linli_views.signups import SIGNUPS, Signup

COORDINATORS: Final = (*STAFF, Role.VOLUNTEER_COORDINATOR)
State = Literal["open", "draft", "published", "in_progress", "completed", "cancelled"]
Kind = Literal["school_guard", "service_day", "class_aide", "elder_visit", "patrol"]
_SIGNUPS: Final = """
select * from view.signups_{number}
 where estate = any ($1) and shift_id = any ($2) and ($3::text is null or person_id = $3)
 order by since, person_id"""


@dataclass(frozen=True, slots=True)
class Shift:
    """`version` is the stream's, for If-Match. `taken` places of `max_n`, `waiting` of
    `waitlist_max`; `present` have checked in. `understaffed`: fewer than `min_n` had, in time."""

    estate: str
    shift_id: UUID
    type: str
    post: str
    state: str
    starts_at: datetime
    ends_at: datetime
    min_n: int
    max_n: int
    waitlist_max: int
    required_credentials: tuple[str, ...]
    lead_required: bool
    travel_buffer_min: int
    changed_at: datetime
    version: int
    taken: int = 0
    waiting: int = 0
    present: int = 0
    understaffed: bool = False


SHIFTS: Final = View(
    "shift_board",
    row=Shift,
    key=["shift_id"],
    indexes=["estate, starts_at, shift_id", "estate, state, starts_at, shift_id"],
)
LISTING: Final = Listing(
    "shift_board", "starts_at", "shift_id",
    lambda number: "t.state <> 'draft'", ("published",),
    seen_by=COORDINATORS, forward=True,
)  # fmt: skip


@SHIFTS.on(events.ShiftPlanned.wire, events.ShiftPlanned)
def planned(shift: Shift | None, event: events.ShiftPlanned, fact: Fact) -> Shift:
    return Shift(
        estate=fact.estate,
        shift_id=event.shift_id,
        type=event.type,
        post=event.post,
        state="draft",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        min_n=event.min_n,
        max_n=event.max_n,
        waitlist_max=event.waitlist_max,
        required_credentials=event.required_credentials,
        lead_required=event.lead_required,
        travel_buffer_min=event.travel_buffer_min,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(shift: Shift, event: events.OfShift) -> dict[str, Any]:
    match event:
        case events.ShiftPublished():
            return {"state": "published"}
        case events.ShiftStarted():
            return {"state": "in_progress"}
        case events.ShiftCompleted():
            return {"state": "completed"}
        case events.ShiftCancelled():
            return {"state": "cancelled", "taken": 0, "waiting": 0}
        case events.SignupConfirmed():
            return {"taken": shift.taken + 1}
        case events.SignupWaitlisted():
            return {"waiting": shift.waiting + 1}
        case events.WaitlistPromoted():
            return {"taken": shift.taken + 1, "waiting": shift.waiting - 1}
        case events.SignupCancelled() if event.was == "waitlisted":
            return {"waiting": shift.waiting - 1}
        case events.SignupCancelled() | events.NoShowRecorded():
            return {"taken": shift.taken - 1}
        case events.VolunteerCheckedIn():
            return {"present": shift.present + 1}
        case events.ShiftUnderstaffed():
            return {"understaffed": True}
        case _:
            return {}


follow(SHIFTS, events.OF_SHIFTS, _changes)

router = queries("/shifts", "shifts")


class Wanted(Asked):
    """`open` is what can be signed up for."""

    state: State | None = None
    type: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Shift):
    """`free` places, and on the waiting list. `own` is what the reader's own sign-up has become.
    `overlap`: what of the reader's own keeps them from it, as far as the estates of the token tell;
    the command looks at all."""

    free: int
    waitlist_free: int
    own: str | None
    overlap: Overlap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed(Shift):
    """`signups` in the order they were made: all of them for coordinators, one's own for others."""

    signups: list[Signup]


@router.get("")
async def shifts(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Offered]:
    """The soonest first, drafts for coordinators alone."""
    filters = wanted.model_dump(include={"state", "type"})
    found, following = await LISTING.page(read, filters, wanted)
    assert SHIFTS.rows
    rows: list[Shift] = [SHIFTS.rows.parse(record) for record in found]
    return Page(items=await _offered(read, rows), next=following)


@router.get("/{shift_id}", response_model=Staffed, responses=UNCHANGED)
async def shift(shift_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert SHIFTS.rows
    found: Shift = SHIFTS.rows.parse(await LISTING.one(read, shift_id))
    signups = await _signups(read, [found.estate], [shift_id])
    if found.estate not in read.caller.having(*COORDINATORS):
        signups = [one for one in signups if one.person_id == read.caller.person]
    return told(Staffed(**_fields(found), signups=signups), found.version, if_none_match, to)


async def _offered(read: Reading, shifts: list[Shift]) -> list[Offered]:
    estates, ids = sorted({s.estate for s in shifts}), [s.shift_id for s in shifts]
    person = read.caller.person
    own = {s.shift_id: s.state for s in await _signups(read, estates, ids, person)}
    promised = await engaged(read) if shifts else []
    return [
        Offered(
            **_fields(shift),
            free=shift.max_n - shift.taken,
            waitlist_free=shift.waitlist_max - shift.waiting,
            own=own.get(shift.shift_id),
            overlap=overlap(_engagement(shift), promised) if shift.state == "published" else None,
        )
        for shift in shifts
    ]


async def _signups(
    read: Reading, estates: list[str], shifts: list[UUID], person: str | None = None
) -> list[Signup]:
    statement = _SIGNUPS.format(number=read.number)
    assert SIGNUPS.rows
    rows = await read.db.fetch(statement, estates, shifts, person)
    return [SIGNUPS.rows.parse(row) for row in rows]


def _engagement(shift: Shift) -> Engagement:
    starts, ends, way = shift.starts_at, shift.ends_at, shift.travel_buffer_min
    return Engagement("shift", shift.shift_id, shift.post, starts, ends, way)


def _fields(shift: Shift) -> dict[str, Any]:
    return {field.name: getattr(shift, field.name) for field in fields(shift)}
