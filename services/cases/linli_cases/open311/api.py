"""HTTP for an estate's part in Open311: opened, closed, keys issued and revoked by its managers."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Self
from uuid import UUID

from fastapi import Request
from linli_sealed.numbers import Masked
from linli_service.http import Asking, Call, Done, commands
from linli_shared.asked import Outcome
from linli_shared.decider import Rejected
from linli_shared.store import EventStore, Reader
from pydantic import BaseModel
from uuid_utils.compat import uuid7

from linli_cases.open311.commands import (
    MANAGERS,
    CloseJurisdiction,
    IssueApiKey,
    OpenJurisdiction,
    RevokeApiKey,
)
from linli_cases.open311.domain import OPEN311, fingerprint, key_of
from linli_cases.open311.events import ApiKeyIssued

router = commands("/open311-jurisdictions", "open311")


class Issued(Done):
    """`api_key` is told once: what is kept cannot be turned back into it. A retry has none; revoke
    the key then, and have another issued."""

    key_id: UUID
    api_key: str | None = None

    @classmethod
    def with_secret(cls, outcome: Outcome, secret: str) -> Self:
        (event,) = (e for e in outcome.events if isinstance(e, ApiKeyIssued))
        own = event.key_sha256 == fingerprint(secret)
        key = f"{event.key_id.hex}.{secret}" if own else None
        return cls(id=outcome.key, version=outcome.version, key_id=event.key_id, api_key=key)


class KeyIssued(BaseModel):
    key_id: UUID
    label: Masked
    issued_at: datetime


class Standing(BaseModel):
    """`service_codes`: none while it is closed. `version` is the stream's, for If-Match."""

    service_codes: tuple[str, ...]
    keys: list[KeyIssued]
    version: int


@router.post("", status_code=201)
async def open_(command: OpenJurisdiction, call: Call) -> Done:
    """From now on the estate is a jurisdiction that anybody may read, with these services."""
    estate = command.estate_id
    return Done.of(await call.reach(OPEN311, key_of(estate), command, estate))


@router.post("/{jurisdiction_key}/close")
async def close(jurisdiction_key: UUID, command: CloseJurisdiction, call: Call) -> Done:
    return Done.of(await call.act(OPEN311, jurisdiction_key, command))


@router.post("/{jurisdiction_key}/issue-key")
async def issue(jurisdiction_key: UUID, command: IssueApiKey, call: Call) -> Issued:
    secret = token_urlsafe(32)

    async def made(_: Reader, asked: IssueApiKey) -> IssueApiKey:
        return asked.learned(key_id=uuid7(), key_sha256=fingerprint(secret))

    return Issued.with_secret(await call.act(OPEN311, jurisdiction_key, command, made), secret)


@router.post("/{jurisdiction_key}/revoke-key")
async def revoke(jurisdiction_key: UUID, command: RevokeApiKey, call: Call) -> Done:
    return Done.of(await call.act(OPEN311, jurisdiction_key, command))


@router.get("/{jurisdiction_key}")
async def standing(jurisdiction_key: UUID, caller: Asking, request: Request) -> Standing:
    """For those who may change it."""
    store: EventStore = request.app.state.store
    found = await store.load(OPEN311, caller.having(*MANAGERS), jurisdiction_key)
    if not found.estate:
        raise Rejected("NOT_FOUND")
    keys = [
        KeyIssued(key_id=id, label=key.label, issued_at=key.issued_at)
        for id, key in found.state.keys.items()
    ]
    codes = found.state.service_codes
    return Standing(service_codes=codes, keys=keys, version=found.version)
