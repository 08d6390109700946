"""Credentials 资质: who may be with children, or in elders' homes. Nobody without one on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from linli_shared.decider import Decider, Rejected

from linli_volunteers.credentials.commands import RecordCredential
from linli_volunteers.credentials.events import CredentialRecorded
from linli_volunteers.credentials.terms import Finding

ZONE: Final = ZoneInfo("Asia/Shanghai")  # of every estate


@dataclass(frozen=True, slots=True)
class Credential:
    finding: Finding
    expires_on: date


Held: TypeAlias = Mapping[str, Credential]
"""By type, the last of each."""


def decide(command: RecordCredential, held: Held) -> Sequence[CredentialRecorded]:
    if command.actor.id == command.person_id:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    if command.checked_on > command.now.astimezone(ZONE).date():
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    return [
        CredentialRecorded(
            occurred_at=command.at,
            person_id=command.person_id,
            type=command.type,
            finding=command.finding,
            checked_on=command.checked_on,
            expires_on=command.expires_on,
            by_id=command.actor.id,
        )
    ]


def evolve(held: Held, event: CredentialRecorded) -> Held:
    return {**held, event.type: Credential(event.finding, event.expires_on)}


def lacking(required: Iterable[str], held: Held, day: date) -> Rejected | None:
    """Why somebody may not on that day; on the day it expires it does not count any more."""
    for kind in required:
        found = held.get(kind)
        if found is None or found.finding is not Finding.CLEAR:
            return Rejected("CREDENTIAL_MISSING", type=kind)
        if day >= found.expires_on:
            until = found.expires_on.isoformat()
            return Rejected("CREDENTIAL_EXPIRED", type=kind, expires_on=until)
    return None


NONE: Final[Held] = MappingProxyType({})
CREDENTIALS: Final = Decider("credentials", NONE, decide, evolve)
