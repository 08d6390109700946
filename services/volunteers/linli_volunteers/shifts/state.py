"""What the rules of a shift 班次 need to know of it, and nothing else."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from linli_volunteers.engagements import Engagement
from linli_volunteers.shifts.events import (
    NoShowRecorded,
    ShiftCancelled,
    ShiftCompleted,
    ShiftEvent,
    ShiftPlanned,
    ShiftPublished,
    ShiftStarted,
    ShiftUnderstaffed,
    SignupCancelled,
    SignupConfirmed,
    SignupWaitlisted,
    VolunteerCheckedIn,
    VolunteerCheckedOut,
    WaitlistPromoted,
)
from linli_volunteers.shifts.terms import SEATED, ShiftType, Signup, Status


@dataclass(frozen=True, slots=True)
class Shift:
    type: ShiftType
    post: str
    starts_at: datetime
    ends_at: datetime
    min_n: int
    max_n: int
    waitlist_max: int
    way_min: int
    required: tuple[str, ...] = ()
    status: Status = Status.DRAFT
    signups: Mapping[str, Signup] = field(default_factory=dict)
    """By person, in the order in which they became what they are."""
    no_show_at: datetime | None = None
    closes_at: datetime | None = None
    understaffed: bool = False

    @property
    def waitlist(self) -> tuple[str, ...]:
        return self.who({Signup.WAITLISTED})

    @property
    def free(self) -> int:
        return self.max_n - len(self.who(SEATED))

    def who(self, are: Set[Signup]) -> tuple[str, ...]:
        return tuple(person for person, is_now in self.signups.items() if is_now in are)

    def engagement(self, shift_id: UUID) -> Engagement:
        """What it is to whoever has a place in it."""
        return Engagement(
            "shift", str(shift_id), self.post, self.starts_at, self.ends_at, self.way_min
        )

    def turned(self, person: str, into: Signup) -> "Shift":
        others = {one: is_now for one, is_now in self.signups.items() if one != person}
        return replace(self, signups={**others, person: into})


def evolve(shift: Shift | None, event: ShiftEvent) -> Shift:
    if isinstance(event, ShiftPlanned):
        return Shift(
            event.type, event.post, event.starts_at, event.ends_at, event.min_n, event.max_n,
            event.waitlist_max, event.travel_buffer_min, event.required_credentials,
        )  # fmt: skip
    assert shift is not None, "a stream begins with ShiftPlanned"
    match event:
        case ShiftPublished():
            absent, over = event.no_show_at, event.closes_at
            return replace(shift, status=Status.PUBLISHED, no_show_at=absent, closes_at=over)
        case ShiftStarted():
            return replace(shift, status=Status.IN_PROGRESS)
        case ShiftCompleted():
            return replace(shift, status=Status.COMPLETED)
        case ShiftCancelled():
            return replace(shift, status=Status.CANCELLED)
        case SignupConfirmed() | WaitlistPromoted():
            return shift.turned(event.person_id, Signup.CONFIRMED)
        case SignupWaitlisted():
            return shift.turned(event.person_id, Signup.WAITLISTED)
        case SignupCancelled():
            return shift.turned(event.person_id, Signup.CANCELLED)
        case VolunteerCheckedIn():
            return shift.turned(event.person_id, Signup.CHECKED_IN)
        case VolunteerCheckedOut():
            return shift.turned(event.person_id, Signup.CHECKED_OUT)
        case NoShowRecorded():
            return shift.turned(event.person_id, Signup.NO_SHOW)
        case ShiftUnderstaffed():
            return replace(shift, understaffed=True)
        case _:
            assert_never(event)
