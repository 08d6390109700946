"""HTTP for pictures: the body of an upload is the file, and nothing it states of itself counts."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import structlog
from fastapi import Depends, Request, Response
from linli_sealed.fields import Shredded, Unread
from linli_sealed.vault import KeysAway
from linli_service.http import Asking, Call, Done, files
from linli_shared.append import Unavailable
from linli_shared.asked import Outcome
from linli_shared.decider import Rejected
from linli_shared.logs import brief
from linli_shared.store import EventStore, Reader
from pydantic import ValidationError
from uuid_utils.compat import uuid7

from linli_cases.complaints.commands import AddEvidence
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import EvidenceAdded
from linli_cases.complaints.proof import VIEWERS, photo_for
from linli_cases.complaints.terms import Stage
from linli_cases.evidence.boxes import Damaged, new_key, opened, seal
from linli_cases.evidence.folder import Kept
from linli_cases.evidence.pictures import FORMATS, MEDIA_TYPE, picture
from linli_cases.evidence.settings import EvidenceSettings

T = TypeVar("T")
router = files("/cases", "evidence")
log = structlog.get_logger()
_ONE_AT_A_TIME: Final = asyncio.Semaphore(1)  # decoded, one takes 200 MB at most
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final = {"required": True, "content": {f"image/{f.lower()}": _FILE for f in FORMATS}}
_SHOWN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: _FILE}, "description": "The picture."}
}


@cache
def kept() -> Kept:
    try:
        if place := EvidenceSettings().kept():
            return place
    except ValidationError:
        pass
    log.error("no_place_for_evidence", variables="LINLI_EVIDENCE or LINLI_EVIDENCE_BUCKET …")
    raise Unavailable


Where = Annotated[Kept, Depends(kept)]


class Added(Done):
    evidence_id: UUID


@dataclass(slots=True)
class _Upload:
    """What becomes of an upload: written down before its event is, under an id that nobody has yet.
    Whatever comes between leaves a file that no event tells of, and no event without its file."""

    data: bytes
    kept: Kept
    id: UUID = field(default_factory=uuid7)
    estate: str = ""
    learned: AddEvidence | None = None

    async def learn(self, reader: Reader, command: AddEvidence) -> AddEvidence:
        """Once, however often it is decided; and not before it is known that this person may."""
        if self.learned is None:
            async with _ONE_AT_A_TIME:
                made = await asyncio.to_thread(picture, self.data)
            self.estate, key = reader.estate, new_key()
            await _or_unavailable(
                self.kept.put(self.estate, self.id, seal(key, self.estate, self.id, made.data))
            )
            size = {"width": made.width, "height": made.height, "size_bytes": len(made.data)}
            self.learned = command.learned(evidence_id=self.id, file_key=key, **size)
        return self.learned

    async def forget(self) -> None:
        if self.learned:
            await _or_unavailable(self.kept.forget(self.estate, self.id))


@router.post("/{case_id}/evidence", openapi_extra={"requestBody": _BODY})
async def add(case_id: UUID, stage: Stage, call: Call, request: Request, where: Where) -> Added:
    """A picture of before or after the work, as the body: JPEG, PNG or WebP."""
    upload = _Upload(await request.body(), where)
    try:
        outcome = await call.act(CASES, case_id, AddEvidence(stage=stage), upload.learn)
    except Rejected:
        await upload.forget()
        raise
    added = _added(outcome)
    if added.evidence_id != upload.id:  # a retry: the first one's answer, and the first one's file
        await upload.forget()
    return added


def _added(outcome: Outcome) -> Added:
    (event,) = (e for e in outcome.events if isinstance(e, EvidenceAdded))
    return Added(id=outcome.key, version=outcome.version, evidence_id=event.evidence_id)


@router.get("/{case_id}/evidence/{evidence_id}", response_class=Response, responses=_SHOWN)
async def show(
    case_id: UUID, evidence_id: UUID, caller: Asking, request: Request, where: Where
) -> Response:
    """To the reporter and to staff of the estate, as the case itself."""
    store: EventStore = request.app.state.store
    loaded = await store.load(CASES, sorted(caller.estates), case_id)
    staff = loaded.estate in caller.having(*VIEWERS)
    photo = photo_for(loaded.state, evidence_id, caller.person, staff=staff)
    texts = await store.seal.texts([loaded.estate], [photo.file_key])
    data = await _file(where, loaded.estate, evidence_id, texts[photo.file_key])
    return Response(
        data,
        media_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{evidence_id}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _file(where: Kept, estate: str, id: UUID, key: str) -> bytes:
    if isinstance(key, Shredded):
        raise Rejected("NOT_FOUND")
    if isinstance(key, Unread):
        raise KeysAway
    box = await _or_unavailable(where.get(estate, id))
    try:
        if box is not None:
            return opened(key, estate, id, box)
    except Damaged:
        pass
    log.error("evidence_lost", evidence_id=str(id), there=box is not None)
    raise Rejected("NOT_FOUND")


async def _or_unavailable(work: Awaitable[T]) -> T:
    try:
        return await work
    except OSError as error:
        log.error("evidence_store", error=brief(error))
        raise Unavailable from None
