"""What somebody wants of an estate's deadlines. The fields are the HTTP body."""

from datetime import date, timedelta
from typing import Annotated, Final, Self

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Line
from pydantic import Field, model_validator

from linli_cases.complaints.sla import DEFAULT
from linli_cases.complaints.terms import Kind, Priority, ReturnVisit
from linli_cases.sla_policies.events import SetTarget

_HOUR: Final = timedelta(hours=1)
Minutes = Annotated[int, Field(ge=1, le=366 * 1440)]
Days = Annotated[tuple[date, ...], Field(max_length=200)]


class GivenTarget(SetTarget, extra="forbid"):
    ack_min: Minutes
    first_response_min: Minutes
    resolve_min: Minutes | None = None
    anchor: Line
    priorities: Annotated[tuple[Priority, ...], Field(max_length=4)] = ()
    kinds: Annotated[tuple[Kind, ...], Field(max_length=6)] = ()


class SetSlaPolicy(Command, by=[Role.ESTATE_MANAGER, Role.COMPANY_USER]):
    """Shares of a clock in basis points: 8000 is 80 %. `source`: where the numbers come from."""

    estate_id: Key
    source: Line
    targets: Annotated[tuple[GivenTarget, ...], Field(max_length=50)] = ()
    warn_bp: Annotated[int, Field(ge=1000, lt=10_000)] = DEFAULT.warn_bp
    l2_bp: Annotated[int, Field(gt=10_000, le=100_000)] = DEFAULT.l2_bp
    l3_bp: Annotated[int, Field(gt=10_000, le=100_000)] = DEFAULT.l3_bp
    no_ack_min: Annotated[int, Field(ge=5, le=1440)] = DEFAULT.no_ack_min
    holidays: Days = ()
    workdays: Days = ()
    return_visit: ReturnVisit = DEFAULT.return_visit
    visit_after_h: Annotated[int, Field(ge=1, le=30 * 24)] = DEFAULT.visit_after // _HOUR

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.l2_bp >= self.l3_bp:
            raise ValueError("level 3 hears of it after level 2")
        if {*self.holidays} & {*self.workdays}:
            raise ValueError("a day is a holiday or a workday")
        return self
