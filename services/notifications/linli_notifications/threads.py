"""Who follows a thing, and who has it in charge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from linli_shared.messages import SYSTEM
from typing_extensions import TypedDict

from linli_notifications import events
from linli_notifications import meeting_events as meetings
from linli_notifications import volunteer_events as volunteers


class Follower(TypedDict):
    """`own_id` is that person's own case: the one they may look at. After a merge it is not the
    case that the news is of."""

    person_id: str
    own_id: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`thread_id` is the thing that facts are of.

    Followers are the reporter of a case, and after merges those of its children; the parties of a
    dispute; who was invited to a meeting; who proposed and signed a topic; for a resolution both.
    `in_charge_id` is the assignee, the mediator, who planned a shift, who planned or last assigned
    a visit, who chairs.
    """

    estate: str
    thread_id: UUID
    case_no: str = ""
    followers: tuple[Follower, ...] = ()
    in_charge_id: str | None = None


def follow(thread: Thread, more: Iterable[Follower]) -> Thread:
    """Each person once: who already follows goes on through the case they had."""
    known = {f["person_id"]: f for f in (*more, *thread.followers)}
    return replace(thread, followers=tuple(known[person] for person in sorted(known)))


def is_linli(person: str) -> bool:
    """A timer or a process: whoever was in charge still is, and it reads no messages."""
    return person.partition(":")[0] == SYSTEM


def as_followers(people: Iterable[str], thread_id: UUID) -> Sequence[Follower]:
    return [Follower(person_id=person, own_id=str(thread_id)) for person in people]


def evolve(thread: Thread, event: events.Read) -> Thread:
    """The thread after an event of its own."""
    match event:
        case events.OfCase():
            return _of_case(thread, event)
        case events.OfDispute():
            return _of_dispute(thread, event)
        case volunteers.ShiftPlanned() | volunteers.VisitScheduled() | volunteers.VisitorAssigned():
            by_linli = is_linli(event.by_id)
            return thread if by_linli else replace(thread, in_charge_id=event.by_id)
        case _:
            return _of_meetings(thread, event)


def _of_meetings(thread: Thread, event: events.Read) -> Thread:
    match event:
        case meetings.MeetingPlanned():
            return replace(thread, in_charge_id=event.chair_id)
        case meetings.MeetingNoticed():
            return follow(thread, as_followers(event.invited_ids, thread.thread_id))
        case meetings.TopicProposed():
            people = (event.by_id, *event.co_signer_ids)
            return follow(thread, as_followers(people, thread.thread_id))
        case meetings.OfResult():
            return replace(thread, in_charge_id=event.result.chair_id)
        case _:
            return thread


def _of_case(thread: Thread, event: events.OfCase) -> Thread:
    reporter = Follower(person_id=event.reporter_id, own_id=str(event.case_id))
    thread = follow(thread, [reporter])
    match event:
        case events.CaseOpened():
            return replace(thread, case_no=event.case_no)
        case events.CaseAssigned():
            return replace(thread, in_charge_id=event.assignee_id)
        case _:
            return thread


def _of_dispute(thread: Thread, event: events.OfDispute) -> Thread:
    match event:
        case events.DisputeFiled():
            own = str(event.dispute_id)
            parties = [Follower(person_id=p.person_id, own_id=own) for p in event.parties]
            return follow(thread, parties)
        case events.MediatorAssigned():
            return replace(thread, in_charge_id=event.mediator_id)
        case events.MediatorRecused():
            return replace(thread, in_charge_id=None)
        case _:
            return thread
