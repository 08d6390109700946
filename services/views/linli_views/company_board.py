"""The register of companies 公司: one row a company, with its regions and estates, for those who
work in its tenant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read


class Region(TypedDict):
    region_id: str
    name_zh: str
    name_en: str


class Estate(Region):
    """`estate_id` is its own tenant; `code` is what its case numbers begin with."""

    estate_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Company:
    """`estate` is the company's tenant; `version` is the stream's, for If-Match."""

    estate: str
    company_id: UUID
    name_zh: str
    name_en: str
    regions: tuple[Region, ...]
    estates: tuple[Estate, ...]
    founded_at: datetime
    changed_at: datetime
    version: int


COMPANIES: Final = View(
    "company_board",
    row=Company,
    key=["company_id"],
    indexes=["estate, founded_at desc, company_id desc"],
)
LISTING: Final = Listing(
    "company_board", "founded_at", "company_id", lambda number: "false", ()
)  # fmt: skip


@COMPANIES.on(events.CompanyFounded.wire, events.CompanyFounded)
def founded(company: Company | None, event: events.CompanyFounded, fact: Fact) -> Company:
    return Company(
        estate=fact.estate,
        company_id=event.company_id,
        name_zh=event.name_zh,
        name_en=event.name_en,
        regions=(),
        estates=(),
        founded_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(company: Company, event: events.OfCompany) -> dict[str, Any]:
    names = {"name_zh": event.name_zh, "name_en": event.name_en}
    match event:
        case events.RegionRegistered():
            return {"regions": (*company.regions, {"region_id": event.region_id, **names})}
        case events.EstateRegistered():
            of = {"region_id": event.region_id, "estate_id": event.estate_id, "code": event.code}
            return {"estates": (*company.estates, of | names)}
        case _:
            return {}


follow(COMPANIES, events.OF_COMPANIES, _changes)

router = queries("/companies", "companies")


@router.get("")
async def companies(asked: Annotated[Asked, Query()], read: Read) -> Page[Company]:
    """Those in whose tenant the caller works, the newest first."""
    found, following = await LISTING.page(read, {}, asked)
    assert COMPANIES.rows
    return Page(items=[COMPANIES.rows.parse(record) for record in found], next=following)


@router.get("/{company_id}", response_model=Company, responses=UNCHANGED)
async def company(company_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """With all its regions and estates; its ETag is what a command's If-Match takes."""
    assert COMPANIES.rows
    found: Company = COMPANIES.rows.parse(await LISTING.one(read, company_id))
    return told(found, found.version, if_none_match, to)
