"""Who saw what of whom 查阅记录, when and why: one row a disclosure. What is masked is shown to who
has one of their own, of that person and field, and for a few minutes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from linli_language.roles import Role
from linli_sealed.fields import Shredded, Withheld
from linli_sealed.numbers import Masked
from linli_service.auth import Caller
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import BaseModel

from linli_views import case_board, person_board
from linli_views import estate_events as events
from linli_views.events import CaseFieldRevealed
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading

FRESH: Final = timedelta(minutes=10)
"""For how long what was disclosed is shown; then it takes another reason."""
FIELD: Final = "field"
EXPORT: Final = "export"
CASE: Final = "case"
HANDLERS: Final = (
    Role.OPERATOR, Role.STEWARD, Role.STEWARD_LEAD, Role.ESTATE_MANAGER, Role.COMMUNITY_OFFICER,
)  # fmt: skip
"""Who works on cases, and may have to call whoever wrote one."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`estate` is the tenant: the company's, of a case the case's. `kind`: one `field` of the
    person; of a `case` that they reported; or an export of all that is held on them in
    `estate_ids`. `by_id` is who saw it."""

    estate: str
    disclosure_id: UUID
    kind: str
    person_key: UUID | None
    person_id: str
    field: str | None
    estate_ids: tuple[str, ...]
    by_id: str
    reason: Masked
    disclosed_at: datetime
    recorded_at: datetime
    case_id: UUID | None = None


LOG: Final = View(
    "disclosure_log",
    row=Disclosure,
    key=["disclosure_id"],
    indexes=["estate, disclosed_at desc, disclosure_id desc", "estate, person_id", "estate, by_id"],
)
LISTING: Final = Listing(
    "disclosure_log", "disclosed_at", "disclosure_id",
    lambda number: "(t.person_id = :person or t.by_id = :person)", (), seen_by=(Role.AUDITOR,),
)  # fmt: skip


@LOG.on(events.PersonalFieldRevealed.wire, events.PersonalFieldRevealed)
def revealed(row: Disclosure | None, event: events.PersonalFieldRevealed, fact: Fact) -> Disclosure:
    return _row(event, fact, FIELD, event.field, ())


@LOG.on(events.PersonalDataExported.wire, events.PersonalDataExported)
def exported(row: Disclosure | None, event: events.PersonalDataExported, fact: Fact) -> Disclosure:
    return _row(event, fact, EXPORT, None, event.estate_ids)


@LOG.on(CaseFieldRevealed.wire, CaseFieldRevealed)
def read_whole(row: Disclosure | None, event: CaseFieldRevealed, fact: Fact) -> Disclosure:
    return Disclosure(
        fact.estate, event.disclosure_id, CASE, None, event.person_id, event.field, (),
        event.by_id, event.reason, event.occurred_at, fact.recorded_at, event.case_id,
    )  # fmt: skip


def _row(
    event: events.Disclosure, fact: Fact, kind: str, field: str | None, estates: tuple[str, ...]
) -> Disclosure:
    return Disclosure(
        fact.estate, event.disclosure_id, kind, event.person_key, event.person_id, field, estates,
        event.by_id, event.reason, event.occurred_at, fact.recorded_at,
    )  # fmt: skip


async def own(read: Reading, id: UUID, kinds: Sequence[str], now: datetime) -> Disclosure:
    """A disclosure of one of these kinds to the caller, while it is fresh. Raises NOT_FOUND for
    anybody else's, and REVEAL_EXPIRED."""
    assert LOG.rows
    found: Disclosure = LOG.rows.parse(await LISTING.one(read, id))
    if found.by_id != read.caller.person or found.kind not in kinds:
        raise Rejected("NOT_FOUND")
    if now - found.recorded_at > FRESH:
        raise Rejected("REVEAL_EXPIRED", limit_min=FRESH // timedelta(minutes=1))
    return found


router = queries("/reveals", "reveals")


class Wanted(Asked):
    person_id: Key | None = None
    by_id: Key | None = None
    kind: Literal["field", "export", "case"] | None = None


@router.get("")
async def reveals(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Disclosure]:
    """The newest first. An auditor of the company sees all; everybody else who looked at what is
    theirs, and where they looked themself."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    found, following = await LISTING.page(read, filters, wanted)
    assert LOG.rows
    rows = [LOG.rows.parse(record) for record in found]
    return Page(items=await _opened(read, rows), next=following)


@router.get("/{reveal_id}")
async def reveal(reveal_id: UUID, read: Read) -> Disclosure:
    """One of those."""
    assert LOG.rows
    (found,) = await _opened(read, [LOG.rows.parse(await LISTING.one(read, reveal_id))])
    return found


class Value(BaseModel):
    """`state`: `read`; `none`, there is none; `erased`; or `withheld`, it cannot be read now."""

    person_id: str
    field: str
    state: str
    value: str | None


@router.get("/{reveal_id}/value")
async def value(reveal_id: UUID, read: Read, request: Request, to: Response) -> Value:
    """What was revealed, to who revealed it, for ten minutes. That it is recorded is read from the
    log of facts, so nothing is shown that left no trace."""
    row = await own(read, reveal_id, (FIELD, CASE), await request.app.state.store.clock())
    _still(read.caller, row)
    assert row.field
    sealed = await _sealed(read, row)
    to.headers["Cache-Control"] = "no-store"
    if sealed is None:
        return Value(person_id=row.person_id, field=row.field, state="none", value=None)
    text = (await read.texts([sealed]))[sealed]
    state = {Shredded: "erased", Withheld: "withheld"}.get(type(text), "read")
    return Value(person_id=row.person_id, field=row.field, state=state, value=text)


async def _sealed(read: Reading, row: Disclosure) -> str | None:
    """What was revealed, as the table has it."""
    if row.case_id:
        title: str = (await case_board.LISTING.one(read, row.case_id))["title"]
        return title
    assert row.person_key
    assert row.field in person_board.MASKS
    detail: str | None = (await person_board.LISTING.one(read, row.person_key))[row.field]
    return detail


def _still(caller: Caller, row: Disclosure) -> None:
    """Whose role was taken away meanwhile sees nothing."""
    roles = HANDLERS if row.case_id else person_board.KEEPERS
    if not caller.estates[row.estate] & set(roles):
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(roles))


async def _opened(read: Reading, rows: Iterable[Disclosure]) -> list[Disclosure]:
    """With reasons as the caller may read them. In the table they are sealed."""
    known = list(rows)
    texts = await read.texts(one.reason for one in known)
    return [replace(one, reason=texts[one.reason]) for one in known]
