"""What somebody wants of a unit 房屋. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Self

from linli_shared.messages import SYSTEM, Command, Message
from linli_shared.text import Key
from pydantic import Field, PrivateAttr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.buildings.commands import REGISTRARS
from linli_estates.days import Day
from linli_estates.tenants import EstateTenant
from linli_estates.units.terms import WHOLE_BP, Tenure

AreaCm2 = Annotated[int, Field(ge=1, le=1_000_000_000, examples=[895_000])]
"""Up to 100,000 m²."""
UnitNo = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9一-龥][A-Za-z0-9一-龥-]{0,31}$")]
HouseholdNo = Annotated[int, Field(ge=1, le=99)]


class Share(Message):
    person_id: Key
    share_bp: Annotated[int, Field(ge=1, le=WHOLE_BP)]


class RegisterUnit(Command, by={*REGISTRARS, SYSTEM}):
    """`unit_id` is what other facts call it; `unit_no` is on its door."""

    estate_id: EstateTenant
    unit_id: Key
    building_id: Key
    unit_no: UnitNo
    area_cm2: AreaCm2

    _building: bool = PrivateAttr()
    """Whether that building is there."""


class CorrectArea(Command, by=REGISTRARS):
    area_cm2: AreaCm2


class Naming(Command, by=()):
    """A command that names people: those of the register of the estate's company."""

    _known: AbstractSet[str] = PrivateAttr()


class TransferOwnership(Naming, by={*REGISTRARS, SYSTEM}):
    """All owners from that day on, also the first ones."""

    titles: Annotated[tuple[Share, ...], Field(min_length=1, max_length=100)]
    effective_on: Day

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len(set(self.people)) != len(self.titles):
            raise PydanticCustomError("person_twice", "must name each person once")
        return self

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(title.person_id for title in self.titles)


class MoveIn(Naming, by={*REGISTRARS, SYSTEM}):
    """`household_no`: those of one unit with one number are a household."""

    person_id: Key
    tenure: Tenure
    household_no: HouseholdNo = 1

    @property
    def people(self) -> tuple[str, ...]:
        return (self.person_id,)


class MoveOut(Command, by=REGISTRARS):
    person_id: Key


UnitCommand = RegisterUnit | CorrectArea | TransferOwnership | MoveIn | MoveOut
