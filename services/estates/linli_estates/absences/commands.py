"""What somebody wants of a person's leave 休假. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Annotated, Final, Self
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Time
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.days import Day
from linli_estates.tenants import CompanyTenant

_ABSENCES: Final = UUID("71f5e0b6-4b7c-5f0e-9d0a-3c8b6f1d2a06")
PLANNERS: Final = frozenset(
    {Role.COMPANY_USER, Role.ESTATE_MANAGER, Role.STEWARD_LEAD, Role.VOLUNTEER_COORDINATOR}
)
STAFF: Final = frozenset(
    {
        Role.OPERATOR,
        Role.STEWARD,
        Role.MEDIATOR,
        Role.VOLUNTEER,
        Role.PROGRAMME_LEAD,
        Role.COMMUNITY_OFFICER,
    }
)
"""They say so of themselves."""
LONGEST: Final = timedelta(days=366)


def key_of(company: str, person_id: str) -> UUID:
    """Of the stream of a person's absences."""
    return uuid5(_ABSENCES, f"{company}/{person_id}")


class RecordLeave(Command, by=PLANNERS | STAFF):
    """Both days are days of leave. It holds in all estates of the company."""

    tenant: CompanyTenant
    person_id: Key
    starts_on: Day
    ends_on: Day

    _known: AbstractSet[str] = PrivateAttr()
    """Who of those named is a person of the company."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not timedelta() <= self.ends_on - self.starts_on < LONGEST:
            raise PydanticCustomError("dates_wrong", "must not end before it starts, within a year")
        return self


class EndLeave(Command, by=PLANNERS | STAFF):
    """Now; also of one that has not begun."""

    leave_no: Annotated[int, Field(ge=1, le=100_000)]


class EndLeaveWhenOver(Command, by={SYSTEM}):
    """It was set for `due`; of a leave that has ended it says nothing."""

    leave_no: int
    due: Time


AbsenceCommand = RecordLeave | EndLeave | EndLeaveWhenOver
