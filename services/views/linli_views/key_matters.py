"""Key matters 关键小事 and legacy problems 历史遗留问题: where each stands on its long way."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import events
from linli_views.case_board import OPEN, STATES, State
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read

_LONG: Final = ("key_matter", "legacy_issue")


class Milestone(TypedDict):
    """`reached` and `missed`: both, where it was reached too late."""

    milestone_no: int
    due_at: str
    reached: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class KeyMatter:
    """`next_due` is the first milestone that is not reached, also where it is past. `topic_ids` are
    those it was deliberated in; `resolution_ids` what came of it."""

    estate: str
    case_id: UUID
    case_no: str
    kind: str
    state: str
    title: Masked
    reporter_id: str
    opened_at: datetime
    changed_at: datetime
    version: int
    review_due: datetime | None = None
    assignee_id: str | None = None
    milestones: tuple[Milestone, ...] = ()
    next_due: datetime | None = None
    reviews: int = 0
    reviews_missed: int = 0
    reviewed_at: datetime | None = None
    topic_ids: tuple[str, ...] = ()
    resolution_ids: tuple[str, ...] = ()


MATTERS: Final = View(
    "key_matter", row=KeyMatter, key=["case_id"], indexes=["estate, opened_at desc, case_id desc"]
)
LISTING: Final = Listing(
    "key_matter", "opened_at", "case_id", lambda number: "reporter_id = :person", OPEN
)


@MATTERS.on(events.CaseOpened.wire, events.CaseOpened)
def opened(row: KeyMatter | None, event: events.CaseOpened, fact: Fact) -> KeyMatter | None:
    if event.kind not in _LONG:
        return None
    return KeyMatter(
        estate=fact.estate,
        case_id=event.case_id,
        case_no=event.case_no,
        kind=event.kind,
        state="new",
        title=event.title,
        reporter_id=event.reporter_id,
        opened_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
        review_due=event.review_due,
    )


def _changes(row: KeyMatter, event: events.Read) -> dict[str, Any]:
    return {"state": STATES.get(type(event), row.state)} | _said(row, event)


def _said(row: KeyMatter, event: events.Read) -> dict[str, Any]:
    match event:
        case events.CaseAssigned():
            return {"assignee_id": event.assignee_id}
        case events.CaseReopened():
            return {"review_due": event.review_due}
        case events.CaseReferredToDeliberation() | events.CaseLinkedToTopic():
            return {"topic_ids": _with(row.topic_ids, event.topic_id)}
        case events.CaseResolved() | events.DeliberationEnded():
            return {"resolution_ids": _with(row.resolution_ids, event.resolution_id)}
        case _:
            return _on_its_way(row, event)


def _on_its_way(row: KeyMatter, event: events.Read) -> dict[str, Any]:
    match event:
        case events.MilestonesPlanned():
            kept = tuple(one for one in row.milestones if one["reached"])
            return _milestones((*kept, *map(_planned, event.milestones)))
        case events.MilestoneReached():
            return _milestones(_marked(row, event.milestone_no, {"reached": True}))
        case events.MilestoneMissed():
            return _milestones(_marked(row, event.milestone_no, {"missed": True}))
        case events.MatterReviewed():
            at, due = event.occurred_at, event.next_due
            return {"reviews": event.n, "reviewed_at": at, "review_due": due}
        case events.ReviewMissed():
            return {"reviews_missed": row.reviews_missed + 1, "review_due": event.next_due}
        case _:
            return {}


def _planned(one: events.Milestone) -> Milestone:
    due = one.due_at.isoformat()
    return Milestone(milestone_no=one.milestone_no, due_at=due, reached=False, missed=False)


def _marked(row: KeyMatter, no: int, change: dict[str, bool]) -> Any:
    return tuple({**one, **change} if one["milestone_no"] == no else one for one in row.milestones)


def _milestones(them: tuple[Milestone, ...]) -> dict[str, Any]:
    left = [datetime.fromisoformat(one["due_at"]) for one in them if not one["reached"]]
    return {"milestones": them, "next_due": min(left, default=None)}


def _with(ids: tuple[str, ...], id: UUID | None) -> tuple[str, ...]:
    return ids if id is None or str(id) in ids else (*ids, str(id))


follow(MATTERS, events.OF_CASES, _changes)

router = queries("/key-matters", "cases")


class Wanted(Asked):
    """`open` is any state in which somebody has something to do."""

    state: State | None = None
    kind: Literal["key_matter", "legacy_issue"] | None = None
    assignee_id: Key | None = None


@router.get("")
async def key_matters(wanted: Annotated[Wanted, Query()], read: Read) -> Page[KeyMatter]:
    """The newest first. Staff see all of their estates, everybody else those they reported."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    found, following = await LISTING.page(read, filters, wanted)
    assert MATTERS.rows
    rows = [MATTERS.rows.parse(record) for record in found]
    titles = await read.texts(row.title for row in rows)
    return Page(items=[replace(row, title=titles[row.title]) for row in rows], next=following)
