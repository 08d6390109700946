"""What somebody wants of a company 公司. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Line
from pydantic import PrivateAttr, StringConstraints

from linli_estates.tenants import CompanyTenant, EstateTenant

_COMPANIES: Final = UUID("0d5f3f0e-6a5e-5b0c-9f0b-4a1d2c7e8b31")

EstateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,7}$")]


def key_of(tenant: str) -> UUID:
    """Of the stream of the company whose tenant it is."""
    return uuid5(_COMPANIES, tenant)


class FoundCompany(Command, by={Role.COMPANY_USER}):
    """`tenant` is where tokens say who may act for the company."""

    tenant: CompanyTenant
    name_zh: Line
    name_en: Line


class RegisterRegion(Command, by={Role.COMPANY_USER}):
    region_id: Key
    name_zh: Line
    name_en: Line


class RegisterEstate(Command, by={Role.COMPANY_USER}):
    """Whoever registers an estate must also answer for it there: nobody claims another's."""

    estate_id: EstateTenant
    code: EstateCode
    region_id: Key
    name_zh: Line
    name_en: Line

    _held: AbstractSet[str] | None = PrivateAttr()
    """The roles of whoever asks in the estate itself; None: it is none of theirs."""


CompanyCommand = FoundCompany | RegisterRegion | RegisterEstate
