"""The topic board: one row a topic of deliberation. Once it is screened it is for everybody,
without who brought it up and over which cases."""

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

from linli_views import meeting_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading

OPEN: Final = ("proposed", "screened", "scheduled", "deliberated", "voted", "deferred")
State = Literal[
    "open", "proposed", "screened", "scheduled", "deliberated", "voted", "adopted", "rejected",
    "deferred", "withdrawn",
]  # fmt: skip
Regime = Literal["advisory", "statutory_ordinary", "statutory_special"]
_STATES: Final[dict[type[events.OfTopic], str]] = {
    events.TopicScreened: "screened",
    events.TopicScheduled: "scheduled",
    events.TopicReturned: "scheduled",
    events.TopicDeliberated: "deliberated",
    events.TopicVoted: "voted",
    events.TopicAdopted: "adopted",
    events.TopicRejected: "rejected",
    events.TopicDeferred: "deferred",
    events.TopicWithdrawn: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """`version` is the stream's, for If-Match. Who proposed and signed it, and its cases, are for
    staff and whoever it is; others see how many. `follow_up_of`: a resolution overturned."""

    estate: str
    topic_id: UUID
    chain_id: UUID
    title: Masked
    state: str
    origin: str
    proposer_id: str | None
    co_signer_ids: tuple[str, ...]
    co_signers: int
    case_ids: tuple[str, ...]
    cases: int
    proposed_at: datetime
    changed_at: datetime
    version: int
    follow_up_of: UUID | None = None
    regime: str | None = None
    screened_at: datetime | None = None
    meeting_id: UUID | None = None
    resolution_id: UUID | None = None


TOPICS: Final = View(
    "topic_board",
    row=Topic,
    key=["topic_id"],
    indexes=[
        "estate, proposed_at desc, topic_id desc",
        "estate, state, proposed_at desc, topic_id desc",
    ],
)
LISTING: Final = Listing(
    "topic_board", "proposed_at", "topic_id",
    lambda number: (
        "(t.screened_at is not null or t.proposer_id = :person or t.co_signer_ids ? :person)"
    ),
    OPEN,
)  # fmt: skip


@TOPICS.on(events.TopicProposed.wire, events.TopicProposed)
def proposed(topic: Topic | None, event: events.TopicProposed, fact: Fact) -> Topic:
    return Topic(
        estate=fact.estate,
        topic_id=event.topic_id,
        chain_id=event.chain_id,
        title=event.title,
        state="proposed",
        origin=event.origin,
        proposer_id=event.by_id,
        co_signer_ids=event.co_signer_ids,
        co_signers=len(event.co_signer_ids),
        case_ids=tuple(map(str, event.case_ids)),
        cases=len(event.case_ids),
        proposed_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
        follow_up_of=event.follow_up_of,
    )


def _changes(topic: Topic, event: events.OfTopic) -> dict[str, Any]:
    cases = {"case_ids": tuple(map(str, event.case_ids)), "cases": len(event.case_ids)}
    return cases | {"state": _STATES.get(type(event), topic.state)} | _set(event)


def _set(event: events.OfTopic) -> dict[str, Any]:
    match event:
        case events.TopicScreened():
            return {"regime": event.regime, "screened_at": event.occurred_at}
        case events.TopicScheduled():
            return {"meeting_id": event.meeting_id}
        case events.TopicDeferred():
            return {"meeting_id": None}
        case events.TopicAdopted() | events.TopicRejected():
            return {"resolution_id": event.resolution_id}
        case _:
            return {}


follow(TOPICS, events.OF_TOPICS, _changes)

router = queries("/topics", "topics")


class Wanted(Asked):
    """`open` is any state before it is decided or withdrawn."""

    state: State | None = None
    regime: Regime | None = None


@router.get("")
async def topics(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Topic]:
    """The newest first. Staff see all topics of their estates, everybody else those that are
    screened and their own."""
    found, following = await LISTING.page(
        read, wanted.model_dump(include={"state", "regime"}), wanted
    )
    assert TOPICS.rows
    rows = (TOPICS.rows.parse(record) for record in found)
    return Page(items=[_shown(row, read) for row in rows], next=following)


@router.get("/{topic_id}", response_model=Topic, responses=UNCHANGED)
async def topic(topic_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """How it stands; its ETag is what a command's If-Match takes."""
    assert TOPICS.rows
    found: Topic = TOPICS.rows.parse(await LISTING.one(read, topic_id))
    return told(_shown(found, read), found.version, if_none_match, to)


def _shown(topic: Topic, read: Reading) -> Topic:
    if topic.estate in read.sight.whole:
        return topic
    person = read.caller.person
    proposer = topic.proposer_id if topic.proposer_id == person else None
    signed = tuple(one for one in topic.co_signer_ids if one == person)
    return replace(topic, proposer_id=proposer, co_signer_ids=signed, case_ids=())
