"""What somebody wants of a steward 红色管家. The fields are the HTTP bodies."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Annotated, Final, Self

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Line
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.days import Day
from linli_estates.stewards.policy import Policy
from linli_estates.stewards.terms import Standard
from linli_estates.tenants import EstateTenant

APPOINTERS: Final = frozenset({Role.ESTATE_MANAGER, Role.COMPANY_USER})
LEADS: Final = APPOINTERS | {Role.STEWARD_LEAD}


class AppointSteward(Command, by=APPOINTERS):
    """`shown_name` is what the company lets everybody read who sees the badge."""

    estate_id: EstateTenant
    person_id: Key
    shown_name: Line

    _known: AbstractSet[str] = PrivateAttr()
    """Whether that is a person of the estate's company."""


class PassStandard(Command, by=LEADS):
    """By somebody else than the steward."""

    standard: Standard


class IssueBadge(Command, by=LEADS):
    """亮身份. Another badge takes the place of the first one. `photo_ref` is where the photo is."""

    badge_no: Key
    photo_ref: Key | None = None

    _token: str = PrivateAttr()
    """By which the badge's page is found; nobody guesses it."""


class AssignSteward(Command, by=LEADS):
    """From the first day to the last, or until it is ended."""

    building_id: Key
    from_on: Day
    to_on: Day | None = None
    lead: bool = False

    _households: Mapping[str, int] = PrivateAttr()
    """Of that building and of those that the steward has; one that is not there is not in it."""
    _policy: Policy = PrivateAttr(default_factory=Policy)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to_on and self.to_on < self.from_on:
            raise PydanticCustomError("ends_first", "must not end before it begins")
        return self


class EndAssignment(Command, by=LEADS):
    assignment_no: Annotated[int, Field(ge=1, le=100_000)]


class EndStewardship(Command, by=APPOINTERS):
    """With all assignments."""


StewardCommand = (
    AppointSteward | PassStandard | IssueBadge | AssignSteward | EndAssignment | EndStewardship
)
