"""What a topic 议题 keeps from others until its end: its name, and the cases it is about."""

import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from linli_shared.decider import Hold, Rejected, Release, Reservation

from linli_meetings.topics.events import (
    CaseLinkedToTopic,
    TopicAdopted,
    TopicEvent,
    TopicProposed,
    TopicRejected,
    TopicWithdrawn,
)
from linli_meetings.topics.state import Topic


def title_key(title: str) -> str:
    """The same for titles that differ only in width, case, blanks and punctuation."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return sha256("".join(c for c in folded if c.isalnum()).encode()).hexdigest()


def reserve(topic: Topic | None, event: TopicEvent) -> Sequence[Reservation]:
    match event:
        case TopicProposed():
            return [Hold("title", title_key(event.title))]
        case CaseLinkedToTopic():
            return [Hold("case", str(event.case_id))]
        case TopicAdopted() | TopicRejected() | TopicWithdrawn():
            return [Release("title"), Release("case")]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    return Rejected("TOPIC_DUPLICATE", existing_topic_id=holder)
