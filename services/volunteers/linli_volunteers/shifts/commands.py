"""What somebody wants of a shift 班次. The fields are the HTTP bodies; what only the clock says
has no route."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Self

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Text, Time
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_volunteers.credentials.domain import NONE, Held
from linli_volunteers.credentials.terms import CredentialType
from linli_volunteers.engagements import Engagement
from linli_volunteers.shifts.policy import Policy
from linli_volunteers.shifts.terms import ShiftType

COORDINATORS: Final = frozenset(
    {Role.VOLUNTEER_COORDINATOR, Role.STEWARD_LEAD, Role.ESTATE_MANAGER}
)
VOLUNTEERS: Final = frozenset({Role.VOLUNTEER, Role.STEWARD, Role.STEWARD_LEAD})
_LONGEST: Final = timedelta(days=1)

People = Annotated[int, Field(ge=1, le=500)]


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class PlanShift(Governed, by=COORDINATORS):
    """`travel_buffer_min`: minutes from this post to any other; policy's, where not given.
    `required_credentials` come on top of those that policy wants for the type."""

    estate_id: Key
    type: ShiftType
    post: Key
    starts_at: Time
    ends_at: Time
    min_n: People
    max_n: People
    required_credentials: Annotated[tuple[CredentialType, ...], Field(max_length=20)] = ()
    lead_required: bool = False
    travel_buffer_min: Annotated[int, Field(ge=0, le=240)] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not timedelta() < self.ends_at - self.starts_at <= _LONGEST:
            raise PydanticCustomError("window_wrong", "must end after it starts, within a day")
        if self.min_n > self.max_n:
            raise PydanticCustomError("numbers_wrong", "min_n must not exceed max_n")
        return self


class PublishShift(Governed, by=COORDINATORS):
    pass


class CancelShift(Command, by=COORDINATORS):
    reason: Text


class Placing(Governed, by=()):
    """A command that may promise people's time: it knows what else they are engaged in, and their
    credentials."""

    _engaged: Mapping[str, tuple[Engagement, ...]] = PrivateAttr()
    _held: Mapping[str, Held] = PrivateAttr()

    @property
    def person(self) -> str:
        return self.actor.id


class SignUpForShift(Placing, by=VOLUNTEERS):
    pass


class AssignVolunteer(Placing, by=COORDINATORS):
    """The same checks as if the volunteer signed up."""

    person_id: Key

    @property
    def person(self) -> str:
        return self.person_id


class CancelSignup(Placing, by=VOLUNTEERS | COORDINATORS):
    """One's own; a coordinator may name somebody."""

    person_id: Key | None = None

    @property
    def person(self) -> str:
        return self.person_id or self.actor.id


class CheckIn(Governed, by=VOLUNTEERS | COORDINATORS):
    """`post` is what the code that hangs at the post says."""

    post: Key
    person_id: Key | None = None

    _held: Held = PrivateAttr(default_factory=lambda: NONE)


class CheckOut(Governed, by=VOLUNTEERS | COORDINATORS):
    post: Key
    person_id: Key | None = None


class ByClock(Command, by=()):
    """It was set for `due`; if that has moved since, it says nothing."""

    due: Time


class StartShift(ByClock, by={SYSTEM}):
    pass


class RecordNoShows(ByClock, by={SYSTEM}):
    pass


class CompleteShift(ByClock, by={SYSTEM}):
    pass


ShiftCommand = (
    PlanShift
    | PublishShift
    | CancelShift
    | SignUpForShift
    | AssignVolunteer
    | CancelSignup
    | CheckIn
    | CheckOut
    | StartShift
    | RecordNoShows
    | CompleteShift
)
