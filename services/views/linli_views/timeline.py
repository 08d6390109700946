"""The timeline of a chain 议→办→评: from a case or topic over its resolution to the evaluation.

A line a step, only ever added, so it is the same whichever topic is read first. What was said at a
meeting hangs on its topics, a resolution on its own; topics of one chain have one `chain_id`, and a
case tells in which chain it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_shared.kafka import Fact
from linli_shared.view import View
from pydantic import BaseModel

from linli_views import case_board, facts, resolution_board, topic_board
from linli_views import meeting_events as meetings
from linli_views import resolution_events as resolutions
from linli_views.listing import Listing
from linli_views.sentences import sentence, told, word
from linli_views.sight import Read, Reading
from linli_views.steps import STEPS


@dataclass(frozen=True, slots=True)
class Told:
    """A step, as told of the case or topic `thread_id`. `service` and `position`: whose fact it is,
    and its place among them. `role` answers for it, and `person_id`; `due_at`: what it sets a date
    for."""

    estate: str
    thread_id: UUID
    event_id: UUID
    chain_id: UUID | None
    service: str
    position: int
    name: str
    phase: str
    role: str
    person_id: str | None
    occurred_at: datetime
    due_at: datetime | None
    params: tuple[tuple[str, str], ...]


TIMELINE: Final[View[Any]] = View(
    "timeline",
    lines=Told,
    line_key=["thread_id", "event_id"],
    line_indexes=["estate, chain_id"],
)
_CHAIN_OF_CASE: Final = """
select chain_id from view.timeline_{number}
 where estate = $1 and thread_id = $2 and chain_id is not null
 order by position desc limit 1"""
# At one moment: what a case was brought up with, what meetings said, what that did to the case.
_STEPS: Final = """
select * from view.timeline_{number}
 where estate = $1
   and (thread_id = $3 and service = 'cases'
        or service = 'meetings'
       and thread_id in (select thread_id from view.timeline_{number}
                          where estate = $1 and chain_id = $2 and service = 'meetings'))
 order by occurred_at,
          case when service = 'meetings' then 1 when phase = 'report' then 0 else 2 end,
          position, event_id
 limit 1000"""


def tell(event: facts.Read, fact: Fact) -> list[Told]:
    step = STEPS[type(event)]
    role, person, due = step.of(event)
    return [
        Told(
            fact.estate, thread, fact.id, getattr(event, "chain_id", None), event.service,
            fact.position, event.name, step.phase, role, person, event.occurred_at, due,
            told(event),
        )
        for thread in _threads(event)
    ]  # fmt: skip


def _threads(event: facts.Read) -> Sequence[UUID]:
    """The case, or the topics: a meeting's facts are those of its topics."""
    match event:
        case meetings.MeetingNoticed() | meetings.MeetingAdjournedForQuorum():
            return event.topic_ids
        case meetings.OfTopic() | meetings.OfVote() | resolutions.OfResolution():
            return [event.topic_id]
        case _:
            return [event.about]


for _model in STEPS:
    TIMELINE.on(_model.wire, _model)(tell)


class Line(BaseModel):
    """`phase`: report 诉求, deliberate 议, act 办 or evaluate 评. `role` answers for the step, and
    `person_id`, where the reader may know who that is. `due_at`: the date that it sets."""

    event_id: UUID
    phase: str
    occurred_at: datetime
    text_zh: Masked
    text_en: Masked
    role: str
    role_zh: str
    role_en: str
    person_id: str | None
    due_at: datetime | None


class Timeline(BaseModel):
    """`chain_id` is null where nothing has been brought before a deliberation. `phase` is that of
    the last step."""

    chain_id: UUID | None
    phase: str | None
    steps: list[Line]


router = queries("", "timelines")


@router.get("/cases/{case_id}/timeline")
async def case_timeline(case_id: UUID, read: Read) -> Timeline:
    """The case's own beginning and what became of it, and between them the chain that it is in."""
    estate = (await case_board.LISTING.one(read, case_id))["estate"]
    found = _CHAIN_OF_CASE.format(number=read.number)
    return await _timeline(read, estate, await read.db.fetchval(found, estate, case_id), case_id)


@router.get("/topics/{topic_id}/timeline")
async def topic_timeline(topic_id: UUID, read: Read) -> Timeline:
    """The chain that the topic is in."""
    return await _of_chain(read, topic_board.LISTING, topic_id)


@router.get("/resolutions/{resolution_id}/timeline")
async def resolution_timeline(resolution_id: UUID, read: Read) -> Timeline:
    """The chain that the resolution is in."""
    return await _of_chain(read, resolution_board.LISTING, resolution_id)


async def _of_chain(read: Reading, listing: Listing, id: UUID) -> Timeline:
    found = await listing.one(read, id)
    return await _timeline(read, found["estate"], found["chain_id"])


async def _timeline(
    read: Reading, estate: str, chain: UUID | None, case: UUID | None = None
) -> Timeline:
    statement = _STEPS.format(number=read.number)
    rows = await read.db.fetch(statement, estate, chain, case)
    assert TIMELINE.lines
    steps: list[Told] = [TIMELINE.lines.parse(row) for row in rows]
    staff, person = estate in read.sight.whole, read.caller.person
    lines = [  # whoever sees a case may know who has it in hand
        _line(one, staff or one.service == "cases" or one.person_id == person) for one in steps
    ]
    return Timeline(chain_id=chain, phase=lines[-1].phase if lines else None, steps=lines)


def _line(told: Told, named: bool) -> Line:
    zh, en = sentence(told.name, dict(told.params))
    role_zh, role_en = word("role", told.role)
    return Line(
        event_id=told.event_id,
        phase=told.phase,
        occurred_at=told.occurred_at,
        text_zh=zh,
        text_en=en,
        role=told.role,
        role_zh=role_zh,
        role_en=role_en,
        person_id=told.person_id if named else None,
        due_at=told.due_at,
    )
