"""What can happen to a topic 议题."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfMatter, Public
from linli_shared.messages import Event
from pydantic import BaseModel

from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.terms import Cause, Origin


class OfTopic(BaseModel):
    """What every event of a topic says of it, so that no reader has to look elsewhere."""

    topic_id: UUID
    chain_id: UUID
    """One from complaint to evaluation."""
    case_ids: tuple[UUID, ...]
    """The cases linked to it so far."""
    by_id: str
    """Whoever did it."""


class TopicProposed(OfTopic, Event, kind="linli.meetings.TopicProposed.v1"):
    """提出. `follow_up_of` is the resolution that was overturned."""

    title: Public
    description: Public
    origin: Origin
    co_signer_ids: tuple[str, ...]
    follow_up_of: UUID | None = None
    policy_version: str


class CaseLinkedToTopic(OfTopic, Event, kind="linli.meetings.CaseLinkedToTopic.v1"):
    """关联诉求: from now on what happens to the case is of this chain."""

    case_id: UUID


class TopicScreened(OfTopic, Event, kind="linli.meetings.TopicScreened.v1"):
    """`law_version` is what made the regime strong enough for the matter."""

    matter: Matter
    regime: Regime
    law_version: str


class TopicScheduled(OfTopic, Event, kind="linli.meetings.TopicScheduled.v1"):
    """列入议程."""

    meeting_id: UUID


class TopicReturned(OfTopic, Event, kind="linli.meetings.TopicReturned.v1"):
    """Scheduled again, for the new date of the same meeting: nothing of it is lost."""

    meeting_id: UUID
    cause: Cause


class TopicDeliberated(OfTopic, Event, kind="linli.meetings.TopicDeliberated.v1"):
    """集中议事: its vote is open."""

    meeting_id: UUID


class TopicVoted(OfTopic, Event, kind="linli.meetings.TopicVoted.v1"):
    meeting_id: UUID


class TopicAdopted(OfTopic, Event, kind="linli.meetings.TopicAdopted.v1"):
    resolution_id: UUID


class TopicRejected(OfTopic, Event, kind="linli.meetings.TopicRejected.v1"):
    """Voted down."""

    resolution_id: UUID


class TopicDeferred(OfTopic, Event, kind="linli.meetings.TopicDeferred.v1"):
    """缓议: it waits for another meeting."""

    cause: Cause


class TopicWithdrawn(OfTopic, Event, kind="linli.meetings.TopicWithdrawn.v1"):
    """撤回."""

    reason: Annotated[str, OfMatter("topic_id")]


TopicEvent = (
    TopicProposed
    | CaseLinkedToTopic
    | TopicScreened
    | TopicScheduled
    | TopicReturned
    | TopicDeliberated
    | TopicVoted
    | TopicAdopted
    | TopicRejected
    | TopicDeferred
    | TopicWithdrawn
)
