"""What notifications read of `linli.volunteers.v1`: who is concerned and when, and nothing of how
an elder is."""

from uuid import UUID

from pydantic import AwareDatetime

from linli_notifications.events import Read


class OfShift(Read, service="volunteers", place="shifts"):
    shift_id: UUID
    post: str
    starts_at: AwareDatetime

    @property
    def thread_id(self) -> UUID:
        return self.shift_id


class ShiftPlanned(OfShift):
    pass


class ShiftCancelled(OfShift):
    expected: tuple[str, ...]
    waiting: tuple[str, ...]


class ShiftUnderstaffed(OfShift):
    present: int
    min_n: int


class SignupConfirmed(OfShift):
    person_id: str


class SignupWaitlisted(OfShift):
    person_id: str
    position: int


class WaitlistPromoted(OfShift):
    person_id: str


class OfVisit(Read, service="volunteers", place="visits"):
    visit_id: UUID
    starts_at: AwareDatetime

    @property
    def thread_id(self) -> UUID:
        return self.visit_id


class VisitScheduled(OfVisit):
    pass


class VisitorAssigned(OfVisit):
    visitor_id: str
    previous_id: str | None = None


class VisitNoAnswer(OfVisit):
    pass


class VisitDeclined(OfVisit):
    visitor_id: str | None = None


class VisitMissed(OfVisit):
    due: AwareDatetime
