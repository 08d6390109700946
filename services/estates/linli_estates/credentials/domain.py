"""Credentials 资质 of volunteers, mediators and staff: recorded by somebody else, gone on their
day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from linli_shared.decider import Cancel, Decider, Rejected, Reminder, Timer

from linli_estates.credentials.commands import (
    CredentialCommand,
    ExpireCredential,
    RecordCredential,
)
from linli_estates.credentials.events import (
    CredentialEvent,
    CredentialExpired,
    CredentialRecorded,
)
from linli_estates.credentials.terms import CredentialType, Result
from linli_estates.days import begin_of, day_of


@dataclass(frozen=True, slots=True)
class Credential:
    person_id: str
    expires_on: date


Held: TypeAlias = Mapping[str, Credential]
"""By type, what is clear and has not expired."""


def decide(command: CredentialCommand, held: Held) -> Sequence[CredentialEvent]:
    match command:
        case RecordCredential():
            return [_record(command)]
        case ExpireCredential():
            return _expire(command, held)
        case _:
            assert_never(command)


def _record(command: RecordCredential) -> CredentialRecorded:
    if command.actor.id == command.person_id:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    if command.person_id not in command._known:
        raise Rejected("PERSON_UNKNOWN")
    if command.checked_on > day_of(command.now):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    return CredentialRecorded(
        occurred_at=command.at,
        credentials_key=command.key,
        person_id=command.person_id,
        type=command.type,
        by_id=command.actor.id,
        result=command.result,
        checked_on=command.checked_on,
        expires_on=command.expires_on,
    )


def _expire(command: ExpireCredential, held: Held) -> Sequence[CredentialExpired]:
    found = held.get(command.type)
    if found is None or begin_of(found.expires_on) != command.due:
        return []
    return [
        CredentialExpired(
            occurred_at=command.at,
            credentials_key=command.key,
            person_id=found.person_id,
            type=command.type,
            by_id=command.actor.id,
            expired_on=found.expires_on,
        )
    ]


def evolve(held: Held, event: CredentialEvent) -> Held:
    others = {kind: one for kind, one in held.items() if kind != event.type}
    if isinstance(event, CredentialRecorded) and event.result is Result.CLEAR:
        return {**others, event.type: Credential(event.person_id, event.expires_on)}
    return others


def remind(held: Held, event: CredentialEvent) -> Sequence[Reminder]:
    if isinstance(event, CredentialRecorded) and event.result is Result.CLEAR:
        return [Timer(event.type, begin_of(event.expires_on))]
    return [Cancel(event.type)]


def fired(name: str, due: datetime) -> ExpireCredential:
    """It happens when it was due, however late the clock comes to say so."""
    return ExpireCredential(type=CredentialType(name), due=due, occurred_at=due)


NONE: Final[Held] = MappingProxyType({})
CREDENTIALS: Final = Decider("credentials", NONE, decide, evolve, remind=remind, fired=fired)
