"""Demonstration posts 示范岗/先锋岗: one row an award. Who holds one is for everybody of the
estate; what it rests on for staff."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View

from linli_views import steward_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading

State = Literal["open", "held", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Post:
    """`until` is the last day. `version` is the stream's, for If-Match."""

    estate: str
    honour_id: UUID
    honour: str
    steward_id: UUID
    person_id: str
    state: str
    cause: str | None
    awarded_on: date
    until: date
    evidence_refs: tuple[str, ...]
    awarded_at: datetime
    changed_at: datetime
    version: int


POSTS: Final = View(
    "honour_board",
    row=Post,
    key=["honour_id"],
    indexes=["estate, awarded_at desc, honour_id desc"],
)
LISTING: Final = Listing(
    "honour_board", "awarded_at", "honour_id", lambda number: "t.state = 'held'", ("held",)
)


@POSTS.on(events.DemonstrationPostAwarded.wire, events.DemonstrationPostAwarded)
def awarded(post: Post | None, event: events.DemonstrationPostAwarded, fact: Fact) -> Post:
    return Post(
        estate=fact.estate,
        honour_id=event.honour_id,
        honour=event.honour,
        steward_id=event.steward_id,
        person_id=event.person_id,
        state="held",
        cause=None,
        awarded_on=event.awarded_on,
        until=event.until,
        evidence_refs=event.evidence_refs,
        awarded_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(post: Post, event: events.OfPost) -> dict[str, Any]:
    match event:
        case events.DemonstrationPostWithdrawn():
            return {"state": "withdrawn", "cause": event.cause}
        case events.DemonstrationPostExpired():
            return {"state": "expired"}
        case _:
            return {}


follow(POSTS, events.OF_POSTS, _changes)

router = queries("/demonstration-posts", "stewards")


class Wanted(Asked):
    """`open` is what is held."""

    state: State | None = None
    person_id: Key | None = None


@router.get("")
async def posts(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Post]:
    """The newest first. Staff see all of their estates, everybody else those that are held."""
    filters = wanted.model_dump(include={"state", "person_id"})
    found, following = await LISTING.page(read, filters, wanted)
    assert POSTS.rows
    rows = [POSTS.rows.parse(record) for record in found]
    return Page(items=_shown(rows, read), next=following)


@router.get("/{honour_id}", response_model=Post, responses=UNCHANGED)
async def post(honour_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert POSTS.rows
    (found,) = _shown([POSTS.rows.parse(await LISTING.one(read, honour_id))], read)
    return told(found, found.version, if_none_match, to)


def _shown(rows: Iterable[Post], read: Reading) -> list[Post]:
    whole = set(read.sight.whole)
    return [one if one.estate in whole else replace(one, evidence_refs=()) for one in rows]
