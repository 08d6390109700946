"""What can happen to an intent 通知: to tell one person one thing. Never an address, never text."""

from enum import StrEnum
from uuid import UUID

from linli_shared.messages import Event
from pydantic import AwareDatetime, BaseModel

from linli_notifications.terms import Locale, Remedy, Severity


class Why(StrEnum):
    """Why a message was not sent, and never will be."""

    NO_ADDRESS = "no_address"
    PREFERENCE = "preference"
    CONSENT = "consent"  # withdrawn, and the message is not necessary
    EXPIRED = "expired"
    BEFORE_START = "before_start"  # mail was begun with `now`, and this is from before


class OfIntent(BaseModel):
    """What every event of an intent says of it."""

    intent_id: UUID
    person_id: str
    template: str


class NotificationRequested(OfIntent, Event, kind="linli.notifications.NotificationRequested.v1"):
    """`recorded_at` is when the fact was that it tells of; `link` the path of what to look at."""

    dedupe_key: str
    source_event_id: UUID
    template_version: str
    params: dict[str, str]
    severity: Severity
    channels: tuple[str, ...]
    case_id: UUID | None
    own_case_id: UUID | None
    dispute_id: UUID | None
    link: str | None = None
    recorded_at: AwareDatetime
    expires_at: AwareDatetime
    policy_version: str


class Suppressed(OfIntent, Event, kind="linli.notifications.Suppressed.v1"):
    reason: Why


class Deferred(OfIntent, Event, kind="linli.notifications.Deferred.v1"):
    """静默时段: not before `until`."""

    until: AwareDatetime


class Queued(OfIntent, Event, kind="linli.notifications.Queued.v1"):
    """To be sent now, for the `attempt`th time."""

    attempt: int


class Sent(OfIntent, Event, kind="linli.notifications.Sent.v1"):
    """A mail server has taken it. Whether it arrived is not known."""

    attempt: int
    locale: Locale


class Failed(OfIntent, Event, kind="linli.notifications.Failed.v1"):
    """`code` is the mail server's, where it gave one; its words may hold an address. None in
    `retry_at`: this was the last attempt."""

    attempt: int
    reason: str
    code: int | None
    retry_at: AwareDatetime | None


class DeadLettered(OfIntent, Event, kind="linli.notifications.DeadLettered.v1"):
    """Somebody has to look: what a person was to know has not reached them."""

    attempts: int
    reason: str


class DeadLetterSettled(OfIntent, Event, kind="linli.notifications.DeadLetterSettled.v1"):
    """处理完毕: `by_id` has seen to it."""

    remedy: Remedy
    by_id: str


IntentEvent = (
    NotificationRequested
    | Suppressed
    | Deferred
    | Queued
    | Sent
    | Failed
    | DeadLettered
    | DeadLetterSettled
)
