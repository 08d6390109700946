"""What somebody wants of a place 场所. The fields are the HTTP bodies."""

from typing import Annotated, Self

from linli_language.roles import Role
from linli_shared.messages import Command, Message
from linli_shared.text import Line
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.places.terms import PlaceKind
from linli_estates.tenants import EstateTenant

Clock = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["08:30"])
]
"""Local time of day."""


class Opening(Message):
    """`weekday` 1 is Monday, 7 Sunday."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.opens >= self.closes:
            raise PydanticCustomError("closes_first", "must close after it opens")
        return self

    def between(self) -> tuple[int, int]:
        """In minutes after midnight."""
        (since, past), (until, over) = (map(int, c.split(":")) for c in (self.opens, self.closes))
        return since * 60 + past, until * 60 + over


Week = Annotated[tuple[Opening, ...], Field(max_length=28)]


class RegisterPlace(Command, by={Role.ESTATE_MANAGER}):
    """`capacity` is how many people it holds. Who books does so within its opening hours."""

    estate_id: EstateTenant
    place_kind: PlaceKind
    name_zh: Line
    name_en: Line
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    hours: Week


class SetHours(Command, by={Role.ESTATE_MANAGER, Role.OPERATOR}):
    """All opening hours, as they are from now on. What is booked stays booked."""

    hours: Week


class RetirePlace(Command, by={Role.ESTATE_MANAGER}):
    """No more bookings. What is booked stays booked."""


PlaceCommand = RegisterPlace | SetHours | RetirePlace
