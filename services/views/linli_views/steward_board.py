"""Stewards 红色管家: one row an appointment, with standards, badge and buildings; and the page of a
badge, for whoever reads its QR code."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_service.positions import Positions
from linli_service.problems import READ_PROBLEMS
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_shared.tenancy import reading
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import BaseModel
from typing_extensions import TypedDict

from linli_views import steward_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading

State = Literal["open", "appointed", "ended"]


class Assignment(TypedDict):
    """Days, `to_on` the last one; null: until it is ended. `households` as counted then."""

    assignment_no: int
    building_id: str
    lead: bool
    from_on: str
    to_on: str | None
    households: int


@dataclass(frozen=True, slots=True)
class Steward:
    """`households` of all assignments together. `badge_token` is what the badge's QR code says,
    null for those who do not issue badges. `version` is the stream's, for If-Match."""

    estate: str
    steward_id: UUID
    person_id: str
    shown_name: Masked
    state: str
    standards: tuple[str, ...]
    badge_no: str | None
    badge_token: str | None
    photo_ref: str | None
    assignments: tuple[Assignment, ...]
    households: int
    appointed_at: datetime
    changed_at: datetime
    version: int


STEWARDS: Final = View(
    "steward_board",
    row=Steward,
    key=["steward_id"],
    indexes=["estate, appointed_at desc, steward_id desc", "estate, badge_token"],
)
LISTING: Final = Listing(
    "steward_board", "appointed_at", "steward_id",
    lambda number: "(t.state = 'appointed' or t.person_id = :person)", ("appointed",),
)  # fmt: skip


@STEWARDS.on(events.StewardAppointed.wire, events.StewardAppointed)
def appointed(steward: Steward | None, event: events.StewardAppointed, fact: Fact) -> Steward:
    return Steward(
        estate=fact.estate,
        steward_id=event.steward_id,
        person_id=event.person_id,
        shown_name=event.shown_name,
        state="appointed",
        standards=(),
        badge_no=None,
        badge_token=None,
        photo_ref=None,
        assignments=(),
        households=0,
        appointed_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(steward: Steward, event: events.OfSteward) -> dict[str, Any]:
    match event:
        case events.StewardStandardPassed():
            return {"standards": (*steward.standards, event.standard)}
        case events.BadgeIssued():
            badge = {"badge_no": event.badge_no, "photo_ref": event.photo_ref}
            return badge | {"badge_token": event.badge_token}
        case events.StewardAssigned():
            one = Assignment(
                assignment_no=event.assignment_no,
                building_id=event.building_id,
                lead=event.lead,
                from_on=event.from_on.isoformat(),
                to_on=event.to_on.isoformat() if event.to_on else None,
                households=event.households,
            )
            return _having((*steward.assignments, one))
        case events.StewardAssignmentEnded():
            no = event.assignment_no
            return _having(tuple(a for a in steward.assignments if a["assignment_no"] != no))
        case events.StewardshipEnded():
            return {"state": "ended"}
        case _:
            return {}


def _having(assignments: tuple[Assignment, ...]) -> dict[str, Any]:
    return {"assignments": assignments, "households": sum(a["households"] for a in assignments)}


follow(STEWARDS, events.OF_STEWARDS, _changes)

router = queries("/stewards", "stewards")


class Wanted(Asked):
    """`open`: those who serve."""

    state: State | None = None
    person_id: Key | None = None


@router.get("")
async def stewards(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Steward]:
    """The newest first. Staff see all of their estates, everybody else those who serve."""
    filters = wanted.model_dump(include={"state", "person_id"})
    found, following = await LISTING.page(read, filters, wanted)
    assert STEWARDS.rows
    rows = [STEWARDS.rows.parse(record) for record in found]
    return Page(items=await shown(rows, read), next=following)


@router.get("/{steward_id}", response_model=Steward, responses=UNCHANGED)
async def steward(steward_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert STEWARDS.rows
    row: Steward = STEWARDS.rows.parse(await LISTING.one(read, steward_id))
    (found,) = await shown([row], read)
    return told(found, found.version, if_none_match, to, found.shown_name)


async def shown(rows: Iterable[Steward], read: Reading) -> list[Steward]:
    known = list(rows)
    names = await read.texts(one.shown_name for one in known)
    whole = set(read.sight.whole)
    return [
        replace(
            one,
            shown_name=names[one.shown_name],
            badge_token=one.badge_token if one.estate in whole else None,
        )
        for one in known
    ]


# --- the page of a badge ----------------------------------------------------------------------

badges = APIRouter(prefix="/badges", tags=["badges"], responses=READ_PROBLEMS)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]
Estate = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]


class Badge(BaseModel):
    """Who the steward of a badge is. `standing`: whether they serve."""

    name: Masked
    photo_ref: str | None
    standing: Literal["serving", "ended"]


@badges.get("/{estate_id}/{badge_token}")
async def badge(estate_id: Estate, badge_token: Token, request: Request) -> Badge:
    """What the QR code of a badge leads to; anybody may read it, and nothing else. A badge that was
    replaced is not there. Tokens are random: there is nothing to count through."""
    positions: Positions = request.app.state.positions
    async with reading(positions.pool, [estate_id]) as db:
        table = f"view.steward_board_{await positions.views.live(db)}"
        row = await db.fetchrow(
            f"select * from {table} where estate = $1 and badge_token = $2", estate_id, badge_token
        )
    if row is None:
        raise Rejected("NOT_FOUND")
    assert STEWARDS.rows
    found: Steward = STEWARDS.rows.parse(row)
    names = await request.app.state.store.seal.texts([estate_id], [found.shown_name])
    return Badge(
        name=names[found.shown_name],
        photo_ref=found.photo_ref,
        standing="serving" if found.state == "appointed" else "ended",
    )
