"""Building 3 of the estate xx, its unit 2-1102, and Li and Wu of the company c1 who own it."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from linli_estates.buildings.commands import RegisterBuilding
from linli_estates.buildings.commands import key_of as key_of_building
from linli_estates.buildings.domain import BUILDINGS
from linli_estates.buildings.events import BuildingRegistered
from linli_estates.people.commands import RegisterPerson
from linli_estates.people.commands import key_of as key_of_person
from linli_estates.people.domain import PEOPLE
from linli_estates.people.events import (
    KinshipDeclared,
    KinshipWithdrawn,
    PersonCorrected,
    PersonRegistered,
)
from linli_estates.people.terms import Kinship, PersonKind
from linli_estates.units.commands import RegisterUnit
from linli_estates.units.domain import UNITS
from linli_estates.units.events import (
    OwnershipTransferred,
    ResidentMovedIn,
    ResidentMovedOut,
    Title,
    UnitAreaCorrected,
    UnitRegistered,
)
from linli_estates.units.terms import Tenure
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW, TENANT

C = TypeVar("C", bound=Command)
MANAGER, LI, WU = "zhao", "li", "wu"
TODAY = date(2020, 1, 6)
UNIT = UUID("0192c000-0000-7000-8000-0000000000a1")
BUILDING: dict[str, Any] = {"estate_id": "xx", "building_id": "3", "label": "3 栋"}
HOME: dict[str, Any] = {
    "estate_id": "xx", "unit_id": "3-2-1102", "building_id": "3", "unit_no": "2-1102",
    "area_cm2": 895_000,
}  # fmt: skip
WHO: dict[str, Any] = {
    "full_name": "李秀英",
    "phone": "+86 139 0000 0000",
    "birth_date": "1958-03-08",
}


def by(command: C, person: str = MANAGER, *roles: str, key: UUID = UNIT) -> C:
    return said(command, key, NOW, person, *(roles or (Role.ESTATE_MANAGER,)))


def building(**change: Any) -> RegisterBuilding:
    return by(RegisterBuilding(**BUILDING | change), key=key_of_building("xx", "3"))


def unit(*, building: bool = True, **change: Any) -> RegisterUnit:
    return by(RegisterUnit(**HOME | change).learned(building=building))


def about_li(command: C, person: str = MANAGER, *roles: str) -> C:
    return by(command, person, *(roles or (Role.OPERATOR,)), key=key_of_person(TENANT, LI))


def person(**change: Any) -> RegisterPerson:
    return about_li(RegisterPerson(**{"tenant": TENANT, "person_id": LI} | WHO | change))


_OF: dict[str, Any] = {
    "occurred_at": NOW, "unit_key": UNIT, "unit_id": "3-2-1102", "building_id": "3",
    "by_id": MANAGER,
}  # fmt: skip
_LI: dict[str, Any] = {
    "occurred_at": NOW, "person_key": key_of_person(TENANT, LI), "person_id": LI, "by_id": MANAGER,
}  # fmt: skip
BUILT = BuildingRegistered(
    occurred_at=NOW, building_key=key_of_building("xx", "3"), building_id="3", label="3 栋",
    by_id=MANAGER,
)  # fmt: skip
REGISTERED = UnitRegistered(**_OF, unit_no="2-1102", area_cm2=895_000)
CORRECTED = UnitAreaCorrected(**_OF, area_cm2=896_000)
HALVES = tuple(Title(person_id=who, share_bp=5_000) for who in (LI, WU))
OWNED = OwnershipTransferred(**_OF, titles=HALVES, previous=(), effective_on=TODAY)
MOVED_IN = ResidentMovedIn(**_OF, person_id=LI, household_no=1, tenure=Tenure.OWNER)
MOVED_OUT = ResidentMovedOut(**_OF, person_id=LI, household_no=1)
KNOWN = PersonRegistered(**_LI, **WHO, type=PersonKind.NATURAL)
RENAMED = PersonCorrected(**_LI, full_name="李秀瑛")
KIN = KinshipDeclared(**_LI, other_id=WU, kinship=Kinship.SPOUSE)
NO_KIN = KinshipWithdrawn(**_LI, other_id=WU)

A_UNIT = Spec(UNITS).given(REGISTERED)
A_PERSON = Spec(PEOPLE).given(KNOWN)
NO_BUILDING = Spec(BUILDINGS)
