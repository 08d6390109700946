"""What somebody wants of a roster. The fields are the HTTP body."""

from typing import Annotated, Final, Self

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Time
from pydantic import Field, model_validator

from linli_cases.duty.events import Absence, Holder

HEARS: Final = {1: Role.STEWARD_LEAD, 2: Role.ESTATE_MANAGER, 3: Role.COMMUNITY_OFFICER}
"""Which role hears of a case at each level."""


class GivenHolder(Holder, extra="forbid"):
    person_id: Key

    @model_validator(mode="after")
    def _of_a_level(self) -> Self:
        if self.role not in HEARS.values():
            raise ValueError("is no role of a level")
        return self


class GivenAbsence(Absence, extra="forbid"):
    person_id: Key
    since: Time
    until: Time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.since >= self.until:
            raise ValueError("ends before it begins")
        return self


class SetEscalationDuty(Command, by=[Role.OPERATOR, Role.ESTATE_MANAGER]):
    """Everybody who has one of these roles, and when who of them is away."""

    estate_id: Key
    holders: Annotated[tuple[GivenHolder, ...], Field(max_length=100)]
    absences: Annotated[tuple[GivenAbsence, ...], Field(max_length=500)] = ()
