"""What the views read of `linli.volunteers.v1`. How an elder is doing, what they need and why they
would see nobody is not read."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime

from linli_views.facts import Read, kinds


class OfShift(Read, service="volunteers", key="shift_id"):
    shift_id: UUID
    type: str
    post: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ShiftPlanned(OfShift):
    min_n: int
    max_n: int
    waitlist_max: int
    required_credentials: tuple[str, ...]
    lead_required: bool
    travel_buffer_min: int


class ShiftPublished(OfShift):
    pass


class ShiftStarted(OfShift):
    pass


class ShiftCompleted(OfShift):
    pass


class ShiftCancelled(OfShift):
    expected: tuple[str, ...]
    waiting: tuple[str, ...]


class ShiftUnderstaffed(OfShift):
    present: int
    min_n: int


class OfSignup(OfShift):
    person_id: str


class SignupConfirmed(OfSignup):
    pass


class SignupWaitlisted(OfSignup):
    position: int


class WaitlistPromoted(OfSignup):
    pass


class SignupCancelled(OfSignup):
    was: str


class VolunteerCheckedIn(OfSignup):
    pass


class VolunteerCheckedOut(OfSignup):
    pass


class NoShowRecorded(OfSignup):
    pass


class OfVisit(Read, service="volunteers", key="visit_id"):
    visit_id: UUID
    elder_id: str
    tier: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class VisitScheduled(OfVisit):
    travel_buffer_min: int


class VisitorAssigned(OfVisit):
    visitor_id: str
    arrive_by: AwareDatetime


class VisitorArrived(OfVisit):
    proof: str


class VisitCompleted(OfVisit, version=2):
    pass


class VisitCompletedV1(OfVisit, name="VisitCompleted"):
    """From before what was found was sealed."""


class VisitNoAnswer(OfVisit):
    pass


class VisitDeclined(OfVisit):
    pass


class VisitMissed(OfVisit):
    due: AwareDatetime


OF_SHIFTS: Final = list(kinds(OfShift))
OF_SIGNUPS: Final = list(kinds(OfSignup))
OF_VISITS: Final = list(kinds(OfVisit))
