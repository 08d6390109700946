"""Who follows a case or dispute."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from typing_extensions import TypedDict

from linli_notifications import events


class Follower(TypedDict):
    """`own_id` is that person's own case: the one they may look at. After a merge it is not the
    case that the news is of."""

    person_id: str
    own_id: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`thread_id` is the case or dispute. Followers are the reporter or the parties, and after
    merges the reporters of the children. `in_charge_id` is the assignee or the mediator."""

    estate: str
    thread_id: UUID
    case_no: str = ""
    followers: tuple[Follower, ...] = ()
    in_charge_id: str | None = None


def follow(thread: Thread, more: Iterable[Follower]) -> Thread:
    """Each person once: who already follows goes on through the case they had."""
    known = {f["person_id"]: f for f in (*more, *thread.followers)}
    return replace(thread, followers=tuple(known[person] for person in sorted(known)))


def evolve(thread: Thread, event: events.OfCase | events.OfDispute) -> Thread:
    """The thread after an event of its own."""
    match event:
        case events.OfCase():
            return _of_case(thread, event)
        case events.OfDispute():
            return _of_dispute(thread, event)
        case _:
            assert_never(event)


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
