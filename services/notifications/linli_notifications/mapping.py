"""Which event tells whom, by which template: one line an event.

Where a person is meant twice, the first line that names them counts: one message per event and
person. Nobody is told of what they did themselves, but for receipts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from linli_notifications import events
from linli_notifications.threads import Follower, Thread

Read: TypeAlias = events.OfCase | events.OfDispute
Recipients: TypeAlias = Callable[[Thread, Thread, Read], Sequence[Follower]]
"""Of the thread before and after the event."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`to` whom, what; `receipt`: also to whoever did it. `params` are fields of the event."""

    template: str
    to: Recipients
    receipt: bool = False
    params: tuple[str, ...] = ()


def followers(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """The reporter and those of merged children, or the parties."""
    return after.followers


def in_charge(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """The assignee or the mediator."""
    return _one(after.in_charge_id, after)


def relieved(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """Whoever was in charge until now."""
    return _one(before.in_charge_id if before.in_charge_id != after.in_charge_id else None, after)


def _one(person: str | None, thread: Thread) -> Sequence[Follower]:
    return [Follower(person_id=person, own_id=str(thread.thread_id))] if person else []


NOTICES: Final[Mapping[type[Read], Sequence[Notice]]] = {
    events.CaseOpened: [Notice("case_received", followers, receipt=True)],
    events.CaseAcknowledged: [Notice("case_acknowledged", followers)],
    events.CaseRejected: [Notice("case_rejected", followers, params=("reason",))],
    events.CaseMerged: [Notice("case_merged", followers)],
    events.CaseAssigned: [
        Notice("case_given_to_you", in_charge),
        Notice("case_taken_from_you", relieved),
        Notice("case_assigned", followers),
    ],
    events.ReporterAnswered: [Notice("case_answered", followers)],
    events.CaseResolved: [Notice("case_resolved", followers)],
    events.CaseClosed: [
        Notice("case_closed", followers, params=("confirmed_by",)),
        Notice("case_you_handled_closed", in_charge, params=("confirmed_by",)),
    ],
    events.CaseReopened: [
        Notice("case_back_to_you", in_charge, params=("n",)),
        Notice("case_reopened", followers, params=("n",)),
    ],
    events.CaseWithdrawn: [
        Notice("case_you_handle_withdrawn", in_charge),
        Notice("case_withdrawn", followers),
    ],
    events.DisputeFiled: [Notice("dispute_filed", followers, receipt=True)],
    events.DisputeAccepted: [Notice("dispute_accepted", followers)],
    events.MediationDeclined: [Notice("dispute_declined", followers)],
    events.MediatorAssigned: [
        Notice("dispute_given_to_you", in_charge),
        Notice("mediator_assigned", followers),
    ],
    events.MediatorRecused: [Notice("mediator_recused", followers)],
    events.DisputeMediated: [Notice("dispute_mediated", followers)],
    events.AgreementPerformed: [Notice("agreement_performed", followers)],
    events.AgreementBreached: [Notice("agreement_breached", followers)],
    events.DisputeWithdrawn: [
        Notice("dispute_you_mediate_withdrawn", in_charge),
        Notice("dispute_withdrawn", followers),
    ],
}


def addressed(before: Thread, after: Thread, event: Read) -> Iterator[tuple[Notice, Follower]]:
    """What to tell whom: each person once."""
    told: set[str] = set()
    for notice in NOTICES[type(event)]:
        for follower in notice.to(before, after, event):
            person = follower["person_id"]
            if person not in told and (notice.receipt or person != event.by_id):
                told.add(person)
                yield notice, follower
