"""The two kinds of tenants: an estate, and a company, whose people and estates are streams of its
own (`company:<id>`). A token lists both kinds."""

from typing import Annotated

from linli_shared.text import Key
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

_COMPANY = "company:"


def _no_company(value: str) -> str:
    if value.startswith(_COMPANY):
        raise PydanticCustomError("not_an_estate", "must be an estate, not a company")
    return value


CompanyTenant = Annotated[
    str, StringConstraints(pattern=r"^company:[A-Za-z0-9][A-Za-z0-9_.-]{0,55}$")
]
"""Whose streams of a company are: `company:c1`."""
EstateTenant = Annotated[Key, AfterValidator(_no_company)]
