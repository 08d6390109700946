"""HTTP for services, each by its own secret: no person has anything to ask here."""

from base64 import b64encode
from datetime import datetime
from functools import lru_cache
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
from pydantic import BaseModel, ConfigDict, Field

from linli_keys import kept
from linli_keys.grants import check, service_of
from linli_keys.settings import told
from linli_keys.wrapping import Unwrappable, Wrapping

_GIVEN: Final = Counter("linli_keys_given", "Keys given out.", ["to", "purpose"])
log = structlog.get_logger()
router = APIRouter(tags=["keys"], include_in_schema=False)  # nobody but services asks here
Secret = Annotated[str, Header(description="Bearer, and the secret of the service.")]


class Owners(BaseModel):
    """Pairs: estate, and `person:<id>`, `matter:<id>` …"""

    model_config = ConfigDict(extra="forbid")

    owners: Annotated[
        tuple[tuple[Key, Annotated[str, Field(pattern=f"^{SUBJECT}$")]], ...],
        Field(min_length=1, max_length=MOST),
    ]


class Wanted(Owners):
    purpose: Purpose


class Answer(BaseModel):
    """`held`: estate, subject, the newest generation (0 where the keys were destroyed), and those
    that open, each with its key in base64. `keys` is what services knew before generations: the
    first. `n`: the last destruction that all of it knows of."""

    n: int
    held: list[tuple[str, str, int, list[tuple[int, str]]]]
    keys: list[tuple[str, str, str | None]]


class Destroyed(BaseModel):
    n: int
    owners: list[tuple[str, str]]


class Destructions(BaseModel):
    destroyed: list[tuple[str, str, datetime]]


@lru_cache(maxsize=1)  # what was taken out of the file is not remembered
def _wrapping(changed: int) -> Wrapping:
    return Wrapping.of(told().kek)


def wrapping() -> Wrapping:
    """Read again where the file was changed."""
    return _wrapping(told().kek.stat().st_mtime_ns)


@router.post("/keys")
async def keys(wanted: Wanted, request: Request, authorization: Secret = "") -> Answer:
    """The keys of these owners. For `seal` one is made where there was none."""
    service = service_of(told().clients, authorization)
    owners = [Owner(*pair) for pair in dict.fromkeys(wanted.owners)]
    check(service, wanted.purpose, owners)
    given = await _given(request.app.state.pool, owners, new=wanted.purpose == "seal")
    _GIVEN.labels(service, wanted.purpose).inc(len(given.held))
    held = {
        owner: (has.newest, [(n, b64encode(key).decode()) for n, key in has.keys.items()])
        for owner, has in given.held.items()
    }
    return Answer(
        n=given.n,
        held=[(*owner, *has) for owner, has in held.items()],
        keys=[
            (*owner, dict(keys).get(1))
            for owner, (newest, keys) in held.items()
            if not newest or 1 in dict(keys)
        ],
    )


async def _given(pool: Pool, owners: list[Owner], *, new: bool) -> kept.Given:
    """Tried once more: the key-encryption key may have been changed meanwhile."""
    for last in (False, True):
        try:
            return await kept.given(pool, wrapping(), owners, new=new)
        except kept.NotCompared:
            log.warning("ledger_not_read_yet")
            break
        except Unwrappable as error:
            if last:
                log.error("key_encryption_key_missing", kek=str(error))
    raise Unavailable


@router.get("/destroyed")
async def destroyed(
    request: Request,
    after: Annotated[int, Query(ge=0, lt=2**62)],
    authorization: Secret = "",
) -> Destroyed:
    """Whose keys were destroyed after `after`: to be forgotten."""
    service_of(told().clients, authorization)
    try:
        n, owners = await kept.destroyed(request.app.state.pool, after, MOST)
    except kept.NotCompared:
        raise Unavailable from None
    return Destroyed(n=n, owners=[(owner.estate, owner.subject) for owner in owners])


@router.post("/destructions")
async def destructions(asked: Owners, request: Request, authorization: Secret = "") -> Destructions:
    """Which of these were destroyed, and when: for whoever must be able to show it."""
    service_of(told().clients, authorization)
    owners = [Owner(*pair) for pair in dict.fromkeys(asked.owners)]
    at = await kept.destroyed_at(request.app.state.pool, owners)
    return Destructions(destroyed=[(*owner, moment) for owner, moment in at.items()])
