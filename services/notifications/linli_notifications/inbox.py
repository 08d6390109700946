"""The inbox: one message per event and person, made in the transaction that reads the event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from linli_shared.kafka import Fact
from linli_shared.table import Key
from linli_shared.view import Change, View

from linli_notifications import events
from linli_notifications import meeting_events as meetings
from linli_notifications.events import Read
from linli_notifications.mapping import NOTICES, addressed
from linli_notifications.terms import ZONE
from linli_notifications.threads import Thread, as_followers, evolve, follow

_MESSAGES: Final = UUID("0d3b0f7a-6a2e-5c55-9c0e-7f1f8a3c2d10")


@dataclass(frozen=True, slots=True)
class Message:
    """`params` are pairs. `link` is the path of what to look at. `own_case_id` is the case through
    which the person hears of it: their own, which may have been merged into `case_id`."""

    estate: str
    source_event_id: UUID
    person_id: str
    message_id: UUID
    template: str
    params: tuple[tuple[str, str], ...]
    case_id: UUID | None
    own_case_id: UUID | None
    dispute_id: UUID | None
    link: str
    occurred_at: datetime
    recorded_at: datetime


# The key is what makes a repeat harmless: one message per event and person, whatever the template.
INBOX: Final = View(
    "inbox",
    row=Thread,
    key=["thread_id"],
    lines=Message,
    line_key=["source_event_id", "person_id"],
    line_indexes=["estate, person_id, recorded_at desc, message_id desc"],
)


def told(thread: Thread | None, event: Read, fact: Fact) -> Change:
    before = thread or Thread(fact.estate, event.thread_id)
    after = evolve(before, event)
    return Change({(event.thread_id,): after}, messages(before, after, event, fact))


def merged(threads: Mapping[Key, Thread | None], event: Read, fact: Fact) -> Change:
    """From now on, who follows the child follows the case it was merged into."""
    assert isinstance(event, events.CaseMerged)
    own, into = (event.case_id,), (event.into,)
    before = threads[own] or Thread(fact.estate, event.case_id)
    child = evolve(before, event)
    parent = follow(threads[into] or Thread(fact.estate, event.into), child.followers)
    lines = messages(before, child, event, fact, into_no=parent.case_no)
    return Change({own: child, into: parent}, lines)


def decided(threads: Mapping[Key, Thread | None], event: Read, fact: Fact) -> Change:
    """Who was invited to the meeting, and who brought the topic up, follow what came of it."""
    assert isinstance(event, meetings.OfResult)
    own = (event.resolution_id,)
    before = threads[own] or Thread(fact.estate, event.resolution_id)
    others = [t for key, t in threads.items() if key != own and t]
    people = {f["person_id"] for thread in others for f in thread.followers}
    after = evolve(follow(before, as_followers(people, event.resolution_id)), event)
    return Change({own: after}, messages(before, after, event, fact))


def messages(
    before: Thread, after: Thread, event: Read, fact: Fact, **more: str
) -> Sequence[Message]:
    a_case = isinstance(event, events.OfCase)
    found = []
    for notice, follower in addressed(before, after, event):
        person = follower["person_id"]
        params = {name: _text(getattr(event, name)) for name in notice.params} | more
        params |= {"case_no": after.case_no} if a_case else {}
        found.append(
            Message(
                estate=fact.estate,
                source_event_id=fact.id,
                person_id=person,
                message_id=uuid5(_MESSAGES, f"{fact.id}|{person}|{notice.template}"),
                template=notice.template,
                params=tuple(sorted(params.items())),
                case_id=after.thread_id if a_case else None,
                own_case_id=UUID(follower["own_id"]) if a_case else None,
                dispute_id=after.thread_id if isinstance(event, events.OfDispute) else None,
                link=f"{event.place}/{follower['own_id']}",
                occurred_at=event.occurred_at,
                recorded_at=fact.recorded_at,
            )
        )
    return found


def _text(value: object) -> str:
    """A moment as a clock on the wall shows it."""
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _both(event: Any) -> list[Key]:
    return [(event.case_id,), (event.into,)]


def _of_result(event: Any) -> list[Key]:
    return [(event.resolution_id,), (event.topic_id,), (event.meeting_id,)]


for _model in NOTICES:
    if issubclass(_model, meetings.OfResult):
        INBOX.on_many(_model.wire, _model, _of_result)(decided)
    elif _model is not events.CaseMerged:
        INBOX.on(_model.wire, _model)(told)
INBOX.on_many(events.CaseMerged.wire, events.CaseMerged, _both)(merged)
