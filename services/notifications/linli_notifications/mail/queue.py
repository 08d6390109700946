"""What is to be sent: this service's own view of its intents. Its rows are a hint, and no more.

The sender asks the intent itself before each attempt, so neither a view that is behind nor one
that is built again sends anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from linli_notifications.intents.events import (
    DeadLettered,
    Deferred,
    Failed,
    NotificationRequested,
    Queued,
    Sent,
    Suppressed,
)

TOPIC: Final = "linli.notifications.v1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An intent that is not over; `queued_at` is None while it waits for something."""

    estate: str
    intent_id: UUID
    person_id: str
    template: str
    params: tuple[tuple[str, str], ...]
    own_case_id: UUID | None
    dispute_id: UUID | None
    link: str | None
    attempt: int = 0
    queued_at: datetime | None = None


QUEUE: Final = View("mail_queue", row=Waiting, key=["intent_id"], indexes=["queued_at, intent_id"])
QUEUES: Final = ViewSet("mail_queue", revision=2, topics=[TOPIC], members=[QUEUE])


@QUEUE.on(NotificationRequested.kind, NotificationRequested)
def requested(row: Waiting | None, event: NotificationRequested, fact: Fact) -> Waiting:
    return Waiting(
        fact.estate, event.intent_id, event.person_id, event.template,
        tuple(sorted(event.params.items())), event.own_case_id, event.dispute_id,
        event.link,
    )  # fmt: skip


@QUEUE.on(Queued.kind, Queued)
def queued(row: Waiting | None, event: Queued, fact: Fact) -> Waiting | None:
    return replace(row, attempt=event.attempt, queued_at=event.occurred_at) if row else None


@QUEUE.on(Deferred.kind, Deferred)
@QUEUE.on(Failed.kind, Failed)
def waits(row: Waiting | None, event: Deferred | Failed, fact: Fact) -> Waiting | None:
    return replace(row, queued_at=None) if row else None


@QUEUE.on(Sent.kind, Sent)
@QUEUE.on(Suppressed.kind, Suppressed)
@QUEUE.on(DeadLettered.kind, DeadLettered)
def over(row: Waiting | None, event: object, fact: Fact) -> None:
    return None
