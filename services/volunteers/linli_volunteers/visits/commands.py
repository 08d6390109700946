"""What somebody wants of a visit 探访. The fields are the HTTP bodies; what only the clock says has
no route."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Self

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Text, Time
from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from linli_volunteers.credentials.domain import Held
from linli_volunteers.engagements import Engagement
from linli_volunteers.visits.events import Checked
from linli_volunteers.visits.policy import Policy
from linli_volunteers.visits.terms import Need, Proof, Tier

COORDINATORS: Final = frozenset(
    {Role.VOLUNTEER_COORDINATOR, Role.STEWARD, Role.STEWARD_LEAD, Role.ESTATE_MANAGER}
)
VISITORS: Final = frozenset({Role.VOLUNTEER, Role.PEER_VISITOR, Role.STEWARD, Role.STEWARD_LEAD})
_LONGEST: Final = timedelta(days=1)


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class ScheduleVisit(Governed, by=COORDINATORS):
    """Between `starts_at` and `ends_at`. `recurrence_id` tells the visits of one elder apart;
    `declined_visitor_ids`: whom the elder does not want at the door."""

    estate_id: Key
    elder_id: Key
    tier: Tier
    recurrence_id: Key
    starts_at: Time
    ends_at: Time
    declined_visitor_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not timedelta() < self.ends_at - self.starts_at <= _LONGEST:
            raise PydanticCustomError("window_wrong", "must end after it starts, within a day")
        return self


class AssignVisitor(Governed, by=COORDINATORS):
    visitor_id: Key

    _engaged: Mapping[str, tuple[Engagement, ...]] = PrivateAttr()
    _held: Held = PrivateAttr()


class Arrive(Command, by=VISITORS):
    proof: Proof


class GivenChecked(Checked, extra="forbid"):
    item: Key


class CompleteVisit(Governed, by=VISITORS):
    """`checklist`: whether each item of policy's list is well. `wellbeing`: 1 (worst) to 5."""

    contact_made: bool
    checklist: Annotated[tuple[GivenChecked, ...], Field(max_length=50)] = ()
    wellbeing: Annotated[int, Field(ge=1, le=5)] | None = None
    needs: Annotated[tuple[Need, ...], Field(max_length=len(Need))] = ()

    @field_validator("checklist")
    @classmethod
    def _each_once(cls, given: tuple[GivenChecked, ...]) -> tuple[GivenChecked, ...]:
        if len({checked.item for checked in given}) < len(given):
            raise PydanticCustomError("item_twice", "each item may be answered once")
        return given


class ReportNoAnswer(Command, by=VISITORS):
    pass


class DeclineVisit(Command, by=COORDINATORS | VISITORS | {Role.RESIDENT}):
    """By the elder, or by staff and visitors whom the elder has told."""

    reason: Text | None = None


class MissVisit(Command, by={SYSTEM}):
    """Nobody has arrived by `due`; if that has moved since, it says nothing."""

    due: Time


VisitCommand = (
    ScheduleVisit
    | AssignVisitor
    | Arrive
    | CompleteVisit
    | ReportNoAnswer
    | DeclineVisit
    | MissVisit
)
