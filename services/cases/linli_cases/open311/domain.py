"""An estate's part in Open311: whether it is open, with which services, and who has a key. Pure."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, assert_never
from uuid import UUID, uuid5

from linli_shared.decider import Decider, Rejected

from linli_cases.open311.commands import (
    CloseJurisdiction,
    IssueApiKey,
    Open311Command,
    OpenJurisdiction,
    RevokeApiKey,
)
from linli_cases.open311.events import (
    ApiKeyIssued,
    ApiKeyRevoked,
    JurisdictionClosed,
    JurisdictionOpened,
    Open311Event,
)

MOST_KEYS: Final = 20
"""Of an estate at a time: a program each, not a person each."""
_JURISDICTIONS: Final = UUID("3b6f3c0e-6f0e-5d6a-9a37-6c9f6f5f3f11")


@dataclass(frozen=True, slots=True)
class ApiKey:
    sha256: str
    label: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """`service_codes`: none while it is closed. `keys` are those that were not revoked."""

    service_codes: tuple[str, ...] = ()
    keys: Mapping[UUID, ApiKey] = field(default_factory=dict)

    def takes(self, key_id: UUID, secret: str) -> bool:
        """In the same time, however much of it is right."""
        known = self.keys.get(key_id)
        return bool(known and hmac.compare_digest(known.sha256, fingerprint(secret)))


def fingerprint(secret: str) -> str:
    """Of 256 random bits; a slow hash is for what people choose."""
    return sha256(secret.encode()).hexdigest()


def key_of(estate: str) -> UUID:
    """An estate has one, known before it is there."""
    return uuid5(_JURISDICTIONS, estate)


def decide(command: Open311Command, now: Jurisdiction) -> Sequence[Open311Event]:
    said: dict[str, Any] = {"occurred_at": command.at, "by_id": command.actor.id}
    match command:
        case OpenJurisdiction():
            codes = tuple(dict.fromkeys(command.service_codes))
            return [JurisdictionOpened(**said, service_codes=codes)]
        case CloseJurisdiction():
            return [JurisdictionClosed(**said)] if now.service_codes else []
        case IssueApiKey():
            if len(now.keys) >= MOST_KEYS:
                raise Rejected("API_KEYS_LIMIT_REACHED", limit=MOST_KEYS)
            said |= {"key_id": command._key_id, "key_sha256": command._key_sha256}
            return [ApiKeyIssued(**said, label=command.label)]
        case RevokeApiKey():
            if command.key_id not in now.keys:
                raise Rejected("NOT_FOUND")
            return [ApiKeyRevoked(**said, key_id=command.key_id)]
        case _:
            assert_never(command)


def evolve(now: Jurisdiction, event: Open311Event) -> Jurisdiction:
    match event:
        case JurisdictionOpened():
            return replace(now, service_codes=event.service_codes)
        case JurisdictionClosed():
            return replace(now, service_codes=())
        case ApiKeyIssued():
            key = ApiKey(event.key_sha256, event.label, event.occurred_at)
            return replace(now, keys={**now.keys, event.key_id: key})
        case ApiKeyRevoked():
            left = {id: key for id, key in now.keys.items() if id != event.key_id}
            return replace(now, keys=left)
        case _:
            assert_never(event)


OPEN311: Final = Decider("open311", Jurisdiction(), decide, evolve)
