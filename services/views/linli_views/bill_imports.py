"""Batches of bills 账单导入: one row a batch, with sums to check against, for staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.listing import Asked, Listing
from linli_views.sight import Read


@dataclass(frozen=True, slots=True)
class Batch:
    """How many bills were `issued`, were there already (`unchanged`) or `refused`; `issued_fen` is
    the sum of those issued."""

    estate: str
    import_id: UUID
    issued: int
    unchanged: int
    refused: int
    issued_fen: int
    by_id: str
    imported_at: datetime
    version: int


IMPORTS: Final = View(
    "bill_imports",
    row=Batch,
    key=["import_id"],
    indexes=["estate, imported_at desc, import_id desc"],
)
LISTING: Final = Listing("bill_imports", "imported_at", "import_id", lambda number: "false", ())


@IMPORTS.on(events.BillsImported.wire, events.BillsImported)
def imported(batch: Batch | None, event: events.BillsImported, fact: Fact) -> Batch:
    return Batch(
        fact.estate, event.import_id, event.issued, event.unchanged, event.refused,
        event.issued_fen, event.by_id, event.occurred_at, fact.version,
    )  # fmt: skip


router = queries("/bill-imports", "fees")


@router.get("")
async def batches(asked: Annotated[Asked, Query()], read: Read) -> Page[Batch]:
    """The newest first."""
    found, following = await LISTING.page(read, {}, asked)
    assert IMPORTS.rows
    return Page(items=[IMPORTS.rows.parse(record) for record in found], next=following)


@router.get("/{import_id}", response_model=Batch, responses=UNCHANGED)
async def batch(import_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    assert IMPORTS.rows
    found: Batch = IMPORTS.rows.parse(await LISTING.one(read, import_id))
    return told(found, found.version, if_none_match, to)
