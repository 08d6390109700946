"""A dead lamp is put right, Li is to know: her intent, and what may become of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from linli_notifications.addresses.domain import Address
from linli_notifications.intents.commands import (
    CheckIntent,
    RecordFailure,
    RecordSent,
    RequestIntent,
)
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.events import (
    DeadLettered,
    Deferred,
    Failed,
    IntentEvent,
    NotificationRequested,
    Queued,
    Sent,
    Suppressed,
    Why,
)
from linli_notifications.intents.policy import Policy
from linli_notifications.intents.telling import dedupe_key, intent_of
from linli_notifications.terms import Locale, Severity, Wish
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

from services.notifications.tests.a_log import uid

C = TypeVar("C", bound=Command)

POLICY = Policy()
NOON = datetime(2020, 10, 9, 4, tzinfo=UTC)  # 12:00 in Changsha
NIGHT = datetime(2020, 10, 9, 14, tzinfo=UTC)  # 22:00
MORNING = datetime(2020, 10, 9, 23, tzinfo=UTC)  # 07:00 on the 10th
DEDUPE = dedupe_key(uid("resolved"), "li", "case_resolved", "1")
INTENT = intent_of(DEDUPE)
EXPIRES = NOON + timedelta(days=3)


def linli(command: C, now: datetime = NOON) -> C:
    """As Linli itself says it; nobody else may."""
    return said(command, INTENT, now, "system:mail", SYSTEM)


def wanted(severity: Severity = Severity.INFO, recorded_at: datetime = NOON) -> RequestIntent:
    return RequestIntent(
        dedupe_key=DEDUPE,
        source_event_id=uid("resolved"),
        person_id="li",
        template="case_resolved",
        template_version="1",
        params={"case_no": "XX-1"},
        severity=severity,
        case_id=uid("parent"),
        own_case_id=uid("child"),
        recorded_at=recorded_at,
    )


LI = Address("li", "li@example.org", Locale.ZH, Wish.ALL)


def check(
    now: datetime = NOON, attempt: int = 1, address: Address | None = LI, since: datetime = NOON,
    *, objected: bool = False,
) -> CheckIntent:  # fmt: skip
    asked = CheckIntent(attempt=attempt).learned(address=address, since=since, objected=objected)
    return linli(asked, now)


def sent(attempt: int = 1, now: datetime = NOON) -> RecordSent:
    return linli(RecordSent(attempt=attempt, locale=Locale.ZH), now)


def failure(attempt: int = 1, now: datetime = NOON, **more: Any) -> RecordFailure:
    return linli(RecordFailure(attempt=attempt, reason="put_off", code=451, **more), now)


def of(at: datetime = NOON) -> dict[str, Any]:
    return {
        "occurred_at": at, "intent_id": INTENT, "person_id": "li", "template": "case_resolved",
    }  # fmt: skip


def requested(severity: Severity = Severity.INFO) -> NotificationRequested:
    return NotificationRequested(
        **of(),
        dedupe_key=DEDUPE,
        source_event_id=uid("resolved"),
        template_version="1",
        params={"case_no": "XX-1"},
        severity=severity,
        channels=("email",),
        case_id=uid("parent"),
        own_case_id=uid("child"),
        dispute_id=None,
        recorded_at=NOON,
        expires_at=NOON + POLICY.lifetimes[severity],
        policy_version="default-1",
    )


def queued(attempt: int = 1, at: datetime = NOON) -> Queued:
    return Queued(**of(at), attempt=attempt)


def suppressed(reason: Why, at: datetime = NOON) -> Suppressed:
    return Suppressed(**of(at), reason=reason)


def failed(attempt: int = 1, at: datetime = NOON, code: int | None = 451) -> Failed:
    retry_at = POLICY.retry(INTENT, attempt, at)
    return Failed(**of(at), attempt=attempt, reason="put_off", code=code, retry_at=retry_at)


REQUESTED = requested()
DEFERRED = Deferred(**of(NIGHT), until=MORNING)
SENT = Sent(**of(), attempt=1, locale=Locale.ZH)
DEAD = DeadLettered(**of(), attempts=5, reason="put_off")
EVERY_FAILURE: Sequence[IntentEvent] = [
    event for n in range(1, 6) for event in (queued(n), failed(n))
]
NOTHING = Spec(INTENTS)
WAITING = NOTHING.given(REQUESTED, queued())
