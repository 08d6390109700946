"""What the views read of `linli.estates.v1`. Names of companies, regions and estates are in words
for everybody."""

from typing import Final
from uuid import UUID

from linli_views.facts import Read, kinds


class OfCompany(Read, service="estates", key="company_id"):
    company_id: UUID
    name_zh: str
    name_en: str


class CompanyFounded(OfCompany):
    pass


class RegionRegistered(OfCompany):
    region_id: str


class EstateRegistered(OfCompany):
    estate_id: str
    code: str
    region_id: str


OF_COMPANIES: Final = list(kinds(OfCompany))
