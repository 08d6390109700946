"""What the rules of an intent 通知 need to know of it, and nothing else."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from linli_notifications.intents.events import (
    DeadLettered,
    DeadLetterSettled,
    Deferred,
    Failed,
    IntentEvent,
    NotificationRequested,
    Queued,
    Sent,
    Suppressed,
)
from linli_notifications.terms import Severity


class Status(StrEnum):
    REQUESTED = "requested"
    DEFERRED = "deferred"
    QUEUED = "queued"
    RETRYING = "retrying"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    DEAD_LETTERED = "dead_lettered"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Intent:
    """`failed` counts attempts; `resume_at` is when it is to be queued again."""

    person_id: str
    template: str
    severity: Severity
    recorded_at: datetime
    expires_at: datetime
    status: Status = Status.REQUESTED
    failed: int = 0
    resume_at: datetime | None = None


def evolve(intent: Intent | None, event: IntentEvent) -> Intent:
    if isinstance(event, NotificationRequested):
        return Intent(
            event.person_id, event.template, event.severity, event.recorded_at, event.expires_at
        )
    assert intent is not None, "a stream begins with NotificationRequested"
    match event:
        case Suppressed():
            return replace(intent, status=Status.SUPPRESSED, resume_at=None)
        case Deferred():
            return replace(intent, status=Status.DEFERRED, resume_at=event.until)
        case Queued():
            return replace(intent, status=Status.QUEUED, resume_at=None)
        case Sent():
            return replace(intent, status=Status.SENT, resume_at=None)
        case Failed():
            return replace(
                intent, status=Status.RETRYING, failed=event.attempt, resume_at=event.retry_at
            )
        case DeadLettered():
            return replace(intent, status=Status.DEAD_LETTERED)
        case DeadLetterSettled():
            return replace(intent, status=Status.SETTLED)
        case _:
            assert_never(event)
