"""The company 湘江物业 with the region 岳麓 and the estate 湘府园."""

from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from linli_estates.companies.commands import FoundCompany, RegisterEstate, RegisterRegion, key_of
from linli_estates.companies.domain import COMPANIES
from linli_estates.companies.events import CompanyFounded, EstateRegistered, RegionRegistered
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)

TENANT, SONG = "company:c1", "song"
COMPANY = key_of(TENANT)
NOW = datetime(2020, 1, 6, 9, tzinfo=timezone(timedelta(hours=8)))
NAMES = {"name_zh": "湘江物业", "name_en": "Xiangjiang Property"}
REGION = {"region_id": "yuelu", "name_zh": "岳麓片区", "name_en": "Yuelu region"}
ESTATE = {
    "estate_id": "xx", "code": "XX", "region_id": "yuelu",
    "name_zh": "湘府园", "name_en": "Xiangfu Garden",
}  # fmt: skip


def by(command: C, person: str = SONG) -> C:
    return said(command, COMPANY, NOW, person, Role.COMPANY_USER)


def founding(**change: Any) -> FoundCompany:
    return by(FoundCompany(**{"tenant": TENANT} | NAMES | change))


def registering(held: set[str] | None = frozenset({Role.ESTATE_MANAGER}), **change: Any) -> Any:  # type: ignore[assignment]
    """`held`: the roles in the estate itself."""
    return by(RegisterEstate(**ESTATE | change).learned(held=held))


def region(**change: Any) -> RegisterRegion:
    return by(RegisterRegion(**REGION | change))


_OF: dict[str, Any] = {"occurred_at": NOW, "company_id": COMPANY, "by_id": SONG}
FOUNDED = CompanyFounded(**_OF | NAMES)
WITH_REGION = RegionRegistered(**_OF | REGION)
WITH_ESTATE = EstateRegistered(**_OF | ESTATE)
NOTHING = Spec(COMPANIES)
BEGUN = NOTHING.given(FOUNDED, WITH_REGION)
