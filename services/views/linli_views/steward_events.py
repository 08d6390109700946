"""What the views read of `linli.estates.v1` about stewards 红色管家 and their
demonstration posts. Names are sealed."""

from datetime import date
from typing import Final
from uuid import UUID

from linli_sealed.fields import SealedText

from linli_views.facts import Read, kinds


class OfSteward(Read, service="estates", key="steward_id"):
    steward_id: UUID
    person_id: str


class StewardAppointed(OfSteward):
    shown_name: SealedText


class StewardStandardPassed(OfSteward):
    standard: str


class BadgeIssued(OfSteward):
    badge_no: str
    badge_token: str
    photo_ref: str | None = None


class OfAssignment(OfSteward):
    assignment_no: int
    building_id: str
    lead: bool


class StewardAssigned(OfAssignment):
    from_on: date
    to_on: date | None = None
    households: int


class StewardAssignmentEnded(OfAssignment):
    pass


class StewardshipEnded(OfSteward):
    pass


class OfPost(Read, service="estates", key="honour_id"):
    honour_id: UUID
    honour: str
    steward_id: UUID
    person_id: str


class DemonstrationPostAwarded(OfPost):
    awarded_on: date
    until: date
    evidence_refs: tuple[str, ...]


class DemonstrationPostWithdrawn(OfPost):
    cause: str


class DemonstrationPostExpired(OfPost):
    until: date


OF_POSTS: Final = list(kinds(OfPost))
OF_STEWARDS: Final = list(kinds(OfSteward))
