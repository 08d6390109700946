"""HTTP for services, each by its own secret: no person has anything to ask here."""

from base64 import b64encode
from functools import cache
from typing import Annotated, Final

import structlog
from asyncpg import Pool
from fastapi import APIRouter, Header, Query, Request
from linli_sealed.fields import Purpose
from linli_sealed.keyring import MOST
from linli_sealed.token import SUBJECT, Owner
from linli_shared.append import Unavailable
from linli_shared.text import Key
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from linli_keys import kept
from linli_keys.grants import check, service_of
from linli_keys.settings import KeySettings
from linli_keys.wrapping import Unwrappable, Wrapping

_GIVEN: Final = Counter("linli_keys_given", "Keys given out.", ["to", "purpose"])
log = structlog.get_logger()
router = APIRouter(tags=["keys"], include_in_schema=False)  # nobody but services asks here
Secret = Annotated[str, Header(description="Bearer, and the secret of the service.")]


class Wanted(BaseModel):
    """`owners` are pairs: estate, and `person:<id>` or `matter:<id>`."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    owners: Annotated[
        tuple[tuple[Key, Annotated[str, Field(pattern=f"^{SUBJECT}$")]], ...],
        Field(min_length=1, max_length=MOST),
    ]


class Answer(BaseModel):
    """`keys` are triples: estate, subject, the key in base64 or null where it was destroyed. `n`:
    the last destruction they know of."""

    n: int
    keys: list[tuple[str, str, str | None]]


class Destroyed(BaseModel):
    n: int
    owners: list[tuple[str, str]]


@cache
def settings() -> KeySettings:
    try:
        return KeySettings()  # type: ignore[call-arg]
    except ValidationError as error:
        log.error("key_store_settings", wrong=[fault["loc"] for fault in error.errors()])
        raise Unavailable from None


@cache
def _wrapping(changed: int) -> Wrapping:
    return Wrapping.of(settings().kek)


def wrapping() -> Wrapping:
    """Read again where the file was changed."""
    return _wrapping(settings().kek.stat().st_mtime_ns)


@router.post("/keys")
async def keys(wanted: Wanted, request: Request, authorization: Secret = "") -> Answer:
    """The keys of these owners. For `seal` one is made where there was none."""
    service = service_of(settings().clients, authorization)
    owners = [Owner(*pair) for pair in dict.fromkeys(wanted.owners)]
    check(service, wanted.purpose, owners)
    pool: Pool = request.app.state.pool
    try:
        given = await kept.given(pool, wrapping(), owners, new=wanted.purpose == "seal")
    except Unwrappable as error:
        log.error("key_encryption_key_missing", kek=str(error))
        raise Unavailable from None
    _GIVEN.labels(service, wanted.purpose).inc(len(given.keys))
    told = [(*owner, b64encode(key).decode() if key else None) for owner, key in given.keys.items()]
    return Answer(n=given.n, keys=told)


@router.get("/destroyed")
async def destroyed(
    request: Request,
    after: Annotated[int, Query(ge=0, lt=2**62)],
    authorization: Secret = "",
) -> Destroyed:
    """Whose keys were destroyed after `after`: to be forgotten."""
    service_of(settings().clients, authorization)
    n, owners = await kept.destroyed(request.app.state.pool, after, MOST)
    return Destroyed(n=n, owners=[(owner.estate, owner.subject) for owner in owners])
