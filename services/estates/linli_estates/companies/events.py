"""What is known of a company 公司, its regions 片区 and its estates 小区. Their names are for
everybody."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Event
from pydantic import BaseModel


class OfCompany(BaseModel):
    """What every event of a company says. The fact's `estate` is the company's tenant."""

    company_id: UUID
    """Of the stream; one a tenant."""
    by_id: str


class CompanyFounded(OfCompany, Event, kind="linli.estates.CompanyFounded.v1"):
    name_zh: Public
    name_en: Public


class RegionRegistered(OfCompany, Event, kind="linli.estates.RegionRegistered.v1"):
    """片区: several estates that are led together."""

    region_id: str
    name_zh: Public
    name_en: Public


class EstateRegistered(OfCompany, Event, kind="linli.estates.EstateRegistered.v1"):
    """From now on the estate is this company's, and of no other."""

    estate_id: str
    """The estate's own tenant."""
    code: str
    """What its case numbers begin with."""
    region_id: str
    name_zh: Public
    name_en: Public


CompanyEvent = CompanyFounded | RegionRegistered | EstateRegistered
