"""Erasures 删除个人信息: who asked, what became of it, and, of what was erased, the certificate:
when the keys were destroyed, what stays, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_language.roles import Role
from linli_sealed.token import OF_PERSON, Owner
from linli_sealed.vault import KeysAway, Vault
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import BaseModel

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import PERSON, Asked, Listing
from linli_views.sight import Read, Reading

WORTHLESS_AFTER: Final = timedelta(days=31)
"""When the last key-encryption key is destroyed that could open a backup of the wrapped keys."""
DESK: Final = (Role.OPERATOR, Role.ESTATE_MANAGER, Role.COMPANY_USER, Role.AUDITOR)
State = Literal["asked", "refused", "withdrawn", "erased"]


@dataclass(frozen=True, slots=True)
class Erasure:
    """`estate` is the company's tenant; `estates` are those whose keys go, too. The texts that were
    taken down are not among this."""

    estate: str
    erasure_id: UUID
    person_id: str
    state: str
    asked_by: str
    asked_by_id: str
    asked_at: datetime
    decided_by_id: str | None
    decided_at: datetime | None
    reason: str | None
    estates: tuple[str, ...]
    changed_at: datetime
    version: int


ERASURES: Final = View(
    "erasure_board",
    row=Erasure,
    key=["erasure_id"],
    indexes=["estate, asked_at desc, erasure_id desc", "estate, person_id"],
)
LISTING: Final = Listing(
    "erasure_board", "asked_at", "erasure_id", lambda number: f"t.person_id = {PERSON}",
    ("asked",), seen_by=DESK,
)  # fmt: skip


@ERASURES.on(events.ErasureAsked.wire, events.ErasureAsked)
def asked(erasure: Erasure | None, event: events.ErasureAsked, fact: Fact) -> Erasure:
    """Anew, where it was asked for before."""
    return Erasure(
        estate=fact.estate,
        erasure_id=event.erasure_id,
        person_id=event.person_id,
        state="asked",
        asked_by=event.asked_by,
        asked_by_id=event.by_id,
        asked_at=event.occurred_at,
        decided_by_id=None,
        decided_at=None,
        reason=None,
        estates=(),
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(erasure: Erasure, event: events.OfErasure) -> dict[str, Any]:
    decided = {"decided_by_id": event.by_id, "decided_at": event.occurred_at}
    match event:
        case events.ErasureRefused():
            return decided | {"state": "refused", "reason": event.reason}
        case events.ErasureWithdrawn():
            return decided | {"state": "withdrawn"}
        case events.PersonErased():
            return decided | {"state": "erased", "estates": event.estate_ids}
        case _:
            return {}


follow(ERASURES, events.OF_ERASURES, _changes)


class Wanted(Asked):
    """`open` is what waits for an answer."""

    state: State | Literal["open"] | None = None
    person_id: Key | None = None


class Destroyed(BaseModel):
    """A key, of a kind, in an estate or the company; null: not yet."""

    estate: str
    kind: str
    at: datetime | None


class Stays(BaseModel):
    what_zh: str
    what_en: str
    why_zh: str
    why_en: str


class Certificate(BaseModel):
    """`complete` once every key is destroyed; a backup of the wrapped keys that was made before is
    worthless from `backups_worthless_at` on."""

    erasure_id: UUID
    person_id: str
    company: str
    asked_by: str
    asked_by_id: str
    asked_at: datetime
    approved_by_id: str
    approved_at: datetime
    complete: bool
    destroyed: list[Destroyed]
    backups_worthless_at: datetime
    stays: list[Stays]


STAYS: Final = [
    Stays(
        what_zh="编号（假名）、时间、房号、事件类型、状态、评分",
        what_en="The id, a pseudonym, with times, units, kinds, states and scores",
        why_zh="账本只增不改：办理次数、比率和他人的记录须可复核；没有密钥，编号不再对应姓名或联系方式",
        why_en="The log is only added to: counts, rates and others' records must stay verifiable."
        " Without the keys no name and no address belongs to the id any more",
    ),
    Stays(
        what_zh="公开表决中的选择",
        what_en="Choices in open ballots",
        why_zh="决议的效力由每一票构成",
        why_en="A resolution rests on each of them",
    ),
    Stays(
        what_zh="涉及多人的内容：调解协议、会议记录、任务说明",
        what_en="Texts about several people: agreements of mediation, notes, duties",
        why_zh="也属于其他当事人；以事项密钥封存，期满销毁",
        why_en="They are the others' too: sealed under the matter's key, destroyed when its time"
        " is over",
    ),
    Stays(
        what_zh="面向全体公开的文字",
        what_en="Words that were published to everybody",
        why_zh="发布时即声明公开",
        why_en="They were declared public when they were written",
    ),
    Stays(
        what_zh="此前已寄出的信件和他人读到的内容",
        what_en="Letters that were sent before, and what others have read",
        why_zh="已不在本系统之内",
        why_en="They are no longer in this system",
    ),
]
router = queries("/erasures", "erasures")


@router.get("")
async def erasures(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Erasure]:
    """The newest first: all of a company for its desk, for everybody else what is about them."""
    filters = wanted.model_dump(include={"state", "person_id"})
    found, following = await LISTING.page(read, filters, wanted)
    assert ERASURES.rows
    return Page(items=[ERASURES.rows.parse(record) for record in found], next=following)


@router.get("/{erasure_id}", response_model=Erasure, responses=UNCHANGED)
async def erasure(erasure_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """Its ETag is what a command's If-Match takes."""
    found = await _one(read, erasure_id)
    return told(found, found.version, if_none_match, to)


@router.get("/{erasure_id}/certificate")
async def certificate(erasure_id: UUID, read: Read) -> Certificate:
    """Of what was erased; 503 where the key store cannot say."""
    found = await _one(read, erasure_id)
    if found.state != "erased" or not found.decided_by_id or not found.decided_at:
        raise Rejected("NOT_FOUND")
    owners = [
        Owner(estate, f"{kind}:{found.person_id}")
        for estate in (found.estate, *found.estates)
        for kind in OF_PERSON
    ]
    assert isinstance(read.seal, Vault)
    try:
        at = await read.seal.ring.destroyed_at(owners)
    except KeysAway as away:
        raise Rejected(away.code) from None
    return Certificate(
        erasure_id=found.erasure_id,
        person_id=found.person_id,
        company=found.estate,
        asked_by=found.asked_by,
        asked_by_id=found.asked_by_id,
        asked_at=found.asked_at,
        approved_by_id=found.decided_by_id,
        approved_at=found.decided_at,
        complete=len(at) == len(owners),
        destroyed=[
            Destroyed(estate=o.estate, kind=o.subject.partition(":")[0], at=at.get(o))
            for o in owners
        ],
        backups_worthless_at=max([found.decided_at, *at.values()]) + WORTHLESS_AFTER,
        stays=STAYS,
    )


async def _one(read: Reading, erasure_id: UUID) -> Erasure:
    assert ERASURES.rows
    found: Erasure = ERASURES.rows.parse(await LISTING.one(read, erasure_id))
    return found
