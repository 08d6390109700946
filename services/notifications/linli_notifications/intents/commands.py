"""What is wanted of an intent 通知: of Linli itself, and at the end of those at the desk."""

from datetime import datetime
from typing import Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Time
from pydantic import PrivateAttr

from linli_notifications.addresses.domain import Address
from linli_notifications.intents.policy import Policy
from linli_notifications.terms import Locale, Remedy, Severity

DESK: Final = frozenset({Role.OPERATOR, Role.STEWARD_LEAD, Role.ESTATE_MANAGER})
"""Who sees to it that a person hears what could not be sent."""


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class RequestIntent(Governed, by=[SYSTEM]):
    dedupe_key: str
    source_event_id: UUID
    person_id: str
    template: str
    template_version: str
    params: dict[str, str]
    severity: Severity
    case_id: UUID | None = None
    own_case_id: UUID | None = None
    dispute_id: UUID | None = None
    link: str | None = None
    recorded_at: Time


class ResumeIntent(Governed, by=[SYSTEM]):
    """The night, or the pause before another attempt, is over."""

    due: Time


class ExpireIntent(Command, by=[SYSTEM]):
    due: Time


class CheckIntent(Governed, by=[SYSTEM]):
    """Asked right before the attempt: no event says that it may go out now. `since` is when
    sending began: what is from before it is left. `objected`: the person has withdrawn consent to
    what this message is."""

    attempt: int

    _address: Address | None = PrivateAttr()
    _since: datetime = PrivateAttr()
    _objected: bool = PrivateAttr()


class RecordSent(Command, by=[SYSTEM]):
    attempt: int
    locale: Locale


class RecordFailure(Governed, by=[SYSTEM]):
    """`final`: another attempt would be refused as well."""

    attempt: int
    reason: str
    code: int | None = None
    final: bool = False


class SettleDeadLetter(Command, by=DESK):
    """Somebody has seen to it."""

    remedy: Remedy


IntentCommand = (
    RequestIntent
    | ResumeIntent
    | ExpireIntent
    | CheckIntent
    | RecordSent
    | RecordFailure
    | SettleDeadLetter
)
