"""Intents 通知: to tell one person one thing, once, in time, by day; or to say why not.

requested → deferred | queued | suppressed, queued → sent | retrying | suppressed | deferred,
retrying → queued | suppressed | dead_lettered, dead_lettered → settled.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Cancel, Decider, Rejected, Reminder, Timer

from linli_notifications.intents.commands import (
    CheckIntent,
    ExpireIntent,
    IntentCommand,
    RecordFailure,
    RecordSent,
    RequestIntent,
    ResumeIntent,
    SettleDeadLetter,
)
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
    Why,
)
from linli_notifications.intents.moves import MOVES
from linli_notifications.intents.policy import Policy
from linli_notifications.intents.state import Intent, evolve
from linli_notifications.terms import Severity, Wish


def decide(command: IntentCommand, intent: Intent | None) -> Sequence[IntentEvent]:
    if isinstance(command, RequestIntent):
        return [] if intent else request(command)  # the same message is asked for once
    lifecycle.check(MOVES, command, intent.status if intent else None)
    assert intent is not None, "every other command needs a state"
    match command:
        case ResumeIntent():
            return [] if command.due != intent.resume_at else _onward(command, intent)
        case ExpireIntent():
            return [] if command.due != intent.expires_at else _suppressed(command, intent)
        case CheckIntent():
            return check(command, intent)
        case RecordSent():
            of = facts_of(command, intent)
            return [Sent(**of, attempt=command.attempt, locale=command.locale)]
        case RecordFailure():
            return fail(command, intent)
        case SettleDeadLetter():
            of, by = facts_of(command, intent), command.actor.id
            return [DeadLetterSettled(**of, remedy=command.remedy, by_id=by)]
        case _:
            assert_never(command)


def request(command: RequestIntent) -> Sequence[IntentEvent]:
    """The intent is recorded whatever becomes of it."""
    said, policy = command.model_dump(exclude={"occurred_at"}), command._policy
    requested = NotificationRequested(
        **said,
        occurred_at=command.at,
        intent_id=command.key,
        channels=("email",),
        expires_at=command.recorded_at + policy.lifetimes[command.severity],
        policy_version=policy.version,
    )
    return [requested, *_onward(command, evolve(None, requested))]


def _onward(command: RequestIntent | ResumeIntent, intent: Intent) -> Sequence[IntentEvent]:
    """To the queue, if it is neither too late nor night."""
    of, attempt = facts_of(command, intent), intent.failed + 1
    held_back = _late_or_night(command, intent, command._policy)
    return held_back or [Queued(**of, attempt=attempt)]


def check(command: CheckIntent, intent: Intent) -> Sequence[IntentEvent]:
    """It may have waited long in the queue, and what the person wants counts as of now."""
    if command.attempt != intent.failed + 1:
        told: dict[str, Any] = {"from": intent.status, "to": intent.status, "allowed": []}
        raise Rejected("INVALID_TRANSITION", **told)  # asked for an attempt that is over
    if intent.recorded_at < command._since:
        return _suppressed(command, intent, Why.BEFORE_START)
    if reason := _unwanted(command, intent.severity):
        return _suppressed(command, intent, reason)
    return _late_or_night(command, intent, command._policy)


def _unwanted(command: CheckIntent, severity: Severity) -> Why | None:
    address = command._address
    if address is None or address.email is None:
        return Why.NO_ADDRESS
    if command._objected:
        return Why.CONSENT
    below = address.wish is Wish.ACTION and severity is Severity.INFO
    return Why.PREFERENCE if below or address.wish is Wish.NONE else None


def _late_or_night(
    command: IntentCommand, intent: Intent, policy: Policy
) -> Sequence[Suppressed | Deferred]:
    if command.now >= intent.expires_at:
        return _suppressed(command, intent)
    until = policy.allowed(command.now, intent.severity)
    return [Deferred(**facts_of(command, intent), until=until)] if until > command.now else []


def fail(command: RecordFailure, intent: Intent) -> Sequence[IntentEvent]:
    of, policy = facts_of(command, intent), command._policy
    retry_at = None if command.final else policy.retry(command.key, command.attempt, command.now)
    failed = Failed(
        **of, attempt=command.attempt, reason=command.reason, code=command.code, retry_at=retry_at
    )
    if retry_at:
        return [failed]
    return [failed, DeadLettered(**of, attempts=command.attempt, reason=command.reason)]


def _suppressed(
    command: IntentCommand, intent: Intent, reason: Why = Why.EXPIRED
) -> Sequence[Suppressed]:
    return [Suppressed(**facts_of(command, intent), reason=reason)]


def facts_of(command: IntentCommand, intent: Intent) -> dict[str, Any]:
    """What every event says of its intent."""
    return {
        "occurred_at": command.at,
        "intent_id": command.key,
        "person_id": intent.person_id,
        "template": intent.template,
    }


def remind(intent: Intent | None, event: IntentEvent) -> Sequence[Reminder]:
    match event:
        case NotificationRequested():
            return [Timer("expire", event.expires_at)]
        case Deferred():
            return [Timer("resume", event.until)]
        case Failed() if event.retry_at:
            return [Timer("resume", event.retry_at)]
        case Sent() | Suppressed() | DeadLettered():
            return [Cancel()]
        case _:
            return []


def fired(name: str, due: datetime) -> ResumeIntent | ExpireIntent:
    return ResumeIntent(due=due) if name == "resume" else ExpireIntent(due=due)


INTENTS: Final = Decider("intent", None, decide, evolve, remind=remind, fired=fired)
