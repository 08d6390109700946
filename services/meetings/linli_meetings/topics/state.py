"""What the rules of a topic 议题, and of what is decided about it, need to know of it."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from linli_meetings.terms import Regime
from linli_meetings.topics.events import (
    CaseLinkedToTopic,
    TopicAdopted,
    TopicDeferred,
    TopicDeliberated,
    TopicEvent,
    TopicProposed,
    TopicRejected,
    TopicReturned,
    TopicScheduled,
    TopicScreened,
    TopicVoted,
    TopicWithdrawn,
)
from linli_meetings.topics.terms import Status


@dataclass(frozen=True, slots=True)
class Topic:
    title: str
    proposer_id: str
    chain_id: UUID
    case_ids: tuple[UUID, ...] = ()
    status: Status = Status.PROPOSED
    regime: Regime = Regime.ADVISORY
    meeting_id: UUID | None = None


def evolve(topic: Topic | None, event: TopicEvent) -> Topic:
    if isinstance(event, TopicProposed):
        return Topic(event.title, event.by_id, event.chain_id, event.case_ids)
    assert topic is not None, "a stream begins with TopicProposed"
    match event:
        case CaseLinkedToTopic():
            return replace(topic, case_ids=event.case_ids)
        case TopicScreened():
            return replace(topic, status=Status.SCREENED, regime=event.regime)
        case TopicScheduled():
            return replace(topic, status=Status.SCHEDULED, meeting_id=event.meeting_id)
        case TopicReturned():
            return replace(topic, status=Status.SCHEDULED)
        case TopicDeliberated():
            return replace(topic, status=Status.DELIBERATED)
        case TopicVoted():
            return replace(topic, status=Status.VOTED)
        case TopicAdopted():
            return replace(topic, status=Status.ADOPTED)
        case TopicRejected():
            return replace(topic, status=Status.REJECTED)
        case TopicDeferred():
            return replace(topic, status=Status.DEFERRED, meeting_id=None)
        case TopicWithdrawn():
            return replace(topic, status=Status.WITHDRAWN)
        case _:
            assert_never(event)
