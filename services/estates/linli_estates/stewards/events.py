"""What can happen to a steward 红色管家 of an estate."""

from datetime import date
from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfPerson
from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.stewards.terms import Standard


class OfSteward(BaseModel):
    """What every event of a steward says."""

    steward_id: UUID
    """Of the stream; one an appointment."""
    person_id: str
    by_id: str


class StewardAppointed(OfSteward, Event, kind="linli.estates.StewardAppointed.v1"):
    shown_name: Annotated[str, OfPerson("person_id")]
    """As the company publishes it."""


class StewardStandardPassed(OfSteward, Event, kind="linli.estates.StewardStandardPassed.v1"):
    standard: Standard


class BadgeIssued(OfSteward, Event, kind="linli.estates.BadgeIssued.v1"):
    """亮身份. From now on this badge is the steward's, and no earlier one."""

    badge_no: str
    """As it stands on the badge, unique in the estate."""
    badge_token: str
    """As it stands in the badge's QR code: random."""
    photo_ref: str | None = None


class OfAssignment(OfSteward):
    assignment_no: int
    """Counted by steward."""
    building_id: str
    lead: bool


class StewardAssigned(OfAssignment, Event, kind="linli.estates.StewardAssigned.v1"):
    """`to_on` is the last day; null: until it is ended. `households` are those of the building."""

    from_on: date
    to_on: date | None = None
    households: int
    policy_version: str


class StewardAssignmentEnded(OfAssignment, Event, kind="linli.estates.StewardAssignmentEnded.v1"):
    pass


class StewardshipEnded(OfSteward, Event, kind="linli.estates.StewardshipEnded.v1"):
    pass


StewardEvent = (
    StewardAppointed
    | StewardStandardPassed
    | BadgeIssued
    | StewardAssigned
    | StewardAssignmentEnded
    | StewardshipEnded
)
