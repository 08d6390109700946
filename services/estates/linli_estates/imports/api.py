"""HTTP for lists of units that are brought in from a file: upload, look, start."""

import asyncio
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Final, Self
from uuid import UUID, uuid5

from asyncpg import Pool
from fastapi import Query, Request
from linli_service.auth import Caller
from linli_service.http import Asking, commands
from linli_service.paging import Page, after, cursor
from linli_shared.decider import Rejected
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import ClientDisconnect

from linli_estates.buildings.commands import REGISTRARS
from linli_estates.imports import kept
from linli_estates.imports.kept import Import
from linli_estates.imports.terms import FAULTS, MAX_BYTES
from linli_estates.people.commands import KEEPERS

_LISTS: Final = UUID("4d2b8a6f-7c1e-5b9d-8f3a-6e0c5d1b9a07")
_PATIENCE_S: Final = 300
_UPLOADS = asyncio.Semaphore(4)  # at once in a process
_COMPANY: Final = "select estates.company_of($1)"
router = commands("/imports", "imports")


class Shown(BaseModel):
    """`state`: uploaded, then checked, or refused where there are faults; running and done, once
    it was started; expired, where nobody did for a week. `done` of `units` are registered."""

    id: UUID
    estate: str
    state: str
    bytes: int
    rows: int
    units: int
    faults: int
    done: int

    @classmethod
    def of(cls, job: Import) -> Self:
        return cls(**{name: getattr(job, name) for name in cls.model_fields})


class ShownFault(BaseModel):
    """`line` from 1, as in the file, 0 where it is the file; `field` is a column's name, or its
    letter, or empty where it is the row."""

    line: int
    field: str
    code: str
    text_zh: str
    text_en: str


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,400}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.post("", status_code=201)
async def upload(estate_id: Annotated[Key, Query()], request: Request, asking: Asking) -> Shown:
    """The body is the file: CSV (UTF-8 or GB18030) or XLSX, up to 64 MiB, a row a unit and person.
    It is checked at once, and registered only when it was found without a fault and is started.
    The same file again is the same list."""
    pool: Pool = request.app.state.pool
    company = await _company(pool, asking, estate_id)
    async with _UPLOADS:
        with TemporaryFile() as file:
            digest = await _received(request, file)
            job = (estate_id, uuid5(_LISTS, f"{estate_id}/{digest}"))
            key = await kept.key_of(request.app.state.store.seal, job)
            return Shown.of(await kept.keep(pool, key, job, company, asking.person, file))


async def _company(pool: Pool, asking: Caller, estate: str) -> str:
    """The estate's, in both of which the caller keeps the register."""
    if estate not in asking.estates:
        raise Rejected("NOT_FOUND")
    if estate not in asking.having(*REGISTRARS):
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(REGISTRARS))
    async with pool.acquire() as db, db.transaction():
        company: str | None = await db.fetchval(_COMPANY, estate)
    if company is None:
        raise Rejected("ESTATE_NOT_REGISTERED")
    if company not in asking.having(*KEEPERS):
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(KEEPERS))
    return company


async def _received(request: Request, file: IO[bytes]) -> str:
    """Its hash, once all of it is on the disk."""
    hashed, size = sha256(), 0
    try:
        async with asyncio.timeout(_PATIENCE_S):
            async for piece in request.stream():
                size += len(piece)
                if size > MAX_BYTES:
                    raise Rejected("BODY_TOO_LARGE", limit_bytes=MAX_BYTES)
                hashed.update(piece)
                file.write(piece)
    except TimeoutError:
        raise Rejected("BODY_TOO_SLOW", limit_s=_PATIENCE_S) from None
    except ClientDisconnect:
        raise Rejected("FILE_EMPTY") from None  # nobody is there to be told
    if not size:
        raise Rejected("FILE_EMPTY")
    return hashed.hexdigest()


@router.get("/{import_id}")
async def progress(import_id: UUID, request: Request, asking: Asking) -> Shown:
    """How far it is."""
    return Shown.of(await _found(request, asking, import_id))


@router.get("/{import_id}/faults")
async def faults(
    import_id: UUID, asked: Annotated[Asked, Query()], request: Request, asking: Asking
) -> Page[ShownFault]:
    """What is wrong with which row, in the order of the file."""
    job = await _found(request, asking, import_id)
    (past,) = after(asked.cursor, _number) or (0,)
    found = await kept.faults(request.app.state.pool, job.estate, job.id, past, asked.limit + 1)
    shown = [
        ShownFault(
            line=one.line, field=one.field, code=one.code,
            text_zh=FAULTS[one.code][0], text_en=FAULTS[one.code][1],
        )
        for _, one in found[: asked.limit]
    ]  # fmt: skip
    more = len(found) > asked.limit
    return Page(items=shown, next=cursor(found[asked.limit - 1][0]) if more else None)


@router.post("/{import_id}/start")
async def start(import_id: UUID, request: Request, asking: Asking) -> Shown:
    """Once it was checked and nothing was found. Starting it again changes nothing."""
    job = await _found(request, asking, import_id)
    started = await kept.started(request.app.state.pool, job.estate, job.id)
    if started is None and job.state not in {"running", "done"}:
        raise Rejected("IMPORT_NOT_CHECKED", state=job.state)
    return Shown.of(started or job)


async def _found(request: Request, asking: Caller, id: UUID) -> Import:
    for estate in asking.having(*REGISTRARS):
        if job := await kept.one(request.app.state.pool, estate, id):
            return job
    raise Rejected("NOT_FOUND")


def _number(given: Any) -> int:
    if not isinstance(given, int) or not 0 <= given < 2**31:
        raise ValueError("is not a number of a fault")
    return given
