"""The meeting board: one row a meeting, with its notice, quorum, agenda, votes and minutes. Once it
is noticed it is for everybody, without who was invited and who chairs it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import meeting_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.resolution_events import Quorum
from linli_views.sight import Read, Reading

OPEN: Final = ("planned", "noticed", "opened", "adjourned")
State = Literal[
    "open", "planned", "noticed", "opened", "adjourned", "closed", "minutes_published", "cancelled"
]
Kind = Literal["deliberation", "tripartite", "evaluation", "owners_assembly", "exchange_visit"]
_TITLES: Final = """
select topic_id, title from view.topic_board_{number}
 where estate = any ($1) and topic_id = any ($2)"""


class Item(TypedDict):
    """`vote`: none, open, closed or void. Numbers and `adopted` are null until it is closed."""

    topic_id: str
    title: Masked | None
    vote: str
    in_favour: int | None
    against: int | None
    abstained: int | None
    adopted: bool | None
    resolution_id: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """`version` is the stream's, for If-Match. `present` of `invited` when it was last opened or
    adjourned, of `need` (0: only the parties count). `minutes_overdue`: how often they were missed.
    `chair_id` is for staff, and the chair."""

    estate: str
    meeting_id: UUID
    kind: str
    state: str
    starts_at: datetime
    hall_id: str | None
    chair_id: str | None
    invited: int
    invited_owners: int
    invited_property: int
    invited_community: int
    agenda: tuple[Item, ...]
    planned_at: datetime
    changed_at: datetime
    version: int
    notices: int = 0
    noticed_at: datetime | None = None
    present: int | None = None
    need: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    minutes_overdue: int = 0
    minutes_ref: str | None = None


MEETINGS: Final = View(
    "meeting_board",
    row=Meeting,
    key=["meeting_id"],
    indexes=[
        "estate, planned_at desc, meeting_id desc",
        "estate, state, planned_at desc, meeting_id desc",
    ],
)
LISTING: Final = Listing(
    "meeting_board", "planned_at", "meeting_id",
    lambda number: "(t.noticed_at is not null or t.chair_id = :person)", OPEN,
)  # fmt: skip


@MEETINGS.on(events.MeetingPlanned.wire, events.MeetingPlanned)
def planned(meeting: Meeting | None, event: events.MeetingPlanned, fact: Fact) -> Meeting:
    parties = [one.party for one in event.invited]
    return Meeting(
        estate=fact.estate,
        meeting_id=event.meeting_id,
        kind=event.meeting_kind,
        state="planned",
        starts_at=event.starts_at,
        hall_id=event.hall_id,
        chair_id=event.chair_id,
        invited=len(parties),
        invited_owners=parties.count("owners"),
        invited_property=parties.count("property"),
        invited_community=parties.count("community"),
        agenda=tuple(_item(topic) for topic in event.agenda),
        planned_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _item(topic: UUID, vote: str = "none", result: events.VoteClosed | None = None) -> Item:
    return Item(
        topic_id=str(topic),
        title=None,
        vote=vote,
        in_favour=result.in_favour if result else None,
        against=result.against if result else None,
        abstained=result.abstained if result else None,
        adopted=result.result.adopted if result else None,
        resolution_id=str(result.resolution_id) if result else None,
    )


def _changes(meeting: Meeting, event: events.OfMeeting) -> dict[str, Any]:
    at = event.occurred_at
    match event:
        case events.MeetingNoticed():
            when = {"starts_at": event.starts_at, "hall_id": event.hall_id, "noticed_at": at}
            return {"state": "noticed", "notices": event.n, **when}
        case events.MeetingOpened():
            return {"state": "opened", "opened_at": at, **_there(event.quorum)}
        case events.MeetingAdjournedForQuorum():
            return {"state": "adjourned", **_there(event.quorum)}
        case events.VoteOpened():
            return _voted(meeting, _item(event.topic_id, "open"))
        case events.VoteClosed():
            return _voted(meeting, _item(event.topic_id, "closed", event))
        case events.VoteVoid():
            return _voted(meeting, _item(event.topic_id, "void"))
        case events.MeetingClosed():
            return {"state": "closed", "closed_at": at}
        case events.MinutesOverdue():
            return {"minutes_overdue": event.n}
        case events.MinutesPublished():
            return {"state": "minutes_published", "minutes_ref": event.minutes_ref}
        case events.MeetingCancelled():
            return {"state": "cancelled"}
        case _:
            return {}


def _there(quorum: Quorum) -> dict[str, int]:
    return {"present": quorum.present, "need": quorum.need}


def _voted(meeting: Meeting, item: Item) -> dict[str, Any]:
    same = [item if one["topic_id"] == item["topic_id"] else one for one in meeting.agenda]
    return {"agenda": tuple(same)}


follow(MEETINGS, events.OF_MEETINGS, _changes)

router = queries("/meetings", "meetings")


class Wanted(Asked):
    """`open` is any state before it is over."""

    state: State | None = None
    kind: Kind | None = None


@router.get("")
async def meetings(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Meeting]:
    """The newest first. Staff see all meetings of their estates, everybody else those that have
    been noticed."""
    found, following = await LISTING.page(
        read, wanted.model_dump(include={"state", "kind"}), wanted
    )
    assert MEETINGS.rows
    rows = [MEETINGS.rows.parse(record) for record in found]
    return Page(items=await _shown(read, rows), next=following)


@router.get("/{meeting_id}", response_model=Meeting, responses=UNCHANGED)
async def meeting(meeting_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """How it stands; its ETag is what a command's If-Match takes."""
    assert MEETINGS.rows
    (found,) = await _shown(read, [MEETINGS.rows.parse(await LISTING.one(read, meeting_id))])
    return told(found, found.version, if_none_match, to)


async def _shown(read: Reading, meetings: list[Meeting]) -> list[Meeting]:
    """With the titles that their topics have; the chair for staff, and themselves."""
    topics = [UUID(item["topic_id"]) for meeting in meetings for item in meeting.agenda]
    statement = _TITLES.format(number=read.number)
    rows = await read.db.fetch(statement, sorted({m.estate for m in meetings}), topics)
    titles = {str(row["topic_id"]): row["title"] for row in rows}
    return [_titled(meeting, titles, read) for meeting in meetings]


def _titled(meeting: Meeting, titles: Mapping[str, str], read: Reading) -> Meeting:
    agenda = [Item({**i, "title": titles.get(i["topic_id"])}) for i in meeting.agenda]
    named = meeting.estate in read.sight.whole or meeting.chair_id == read.caller.person
    chair = meeting.chair_id if named else None
    return replace(meeting, agenda=tuple(agenda), chair_id=chair)
