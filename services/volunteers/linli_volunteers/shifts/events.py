"""What can happen to a shift 班次 and to the sign-ups for it."""

from typing import Annotated, Literal
from uuid import UUID

from linli_sealed.fields import OfMatter
from linli_shared.messages import Event
from pydantic import AwareDatetime, BaseModel

from linli_volunteers.shifts.terms import ShiftType


class OfShift(BaseModel):
    """What every event of a shift says of it, so that no reader has to look elsewhere."""

    shift_id: UUID
    type: ShiftType
    post: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    by_id: str
    """Whoever did it."""


class OfSignup(OfShift):
    person_id: str


class ShiftPlanned(OfShift, Event, kind="linli.volunteers.ShiftPlanned.v1"):
    """排班: nobody sees it yet."""

    min_n: int
    max_n: int
    waitlist_max: int
    required_credentials: tuple[str, ...]
    lead_required: bool
    travel_buffer_min: int
    policy_version: str


class ShiftPublished(OfShift, Event, kind="linli.volunteers.ShiftPublished.v1"):
    """发布. Who is not there by `no_show_at` is a no-show; it is over at `closes_at`, when whoever
    was there may have reached another post."""

    no_show_at: AwareDatetime
    closes_at: AwareDatetime


class ShiftStarted(OfShift, Event, kind="linli.volunteers.ShiftStarted.v1"):
    """开始."""


class ShiftCompleted(OfShift, Event, kind="linli.volunteers.ShiftCompleted.v1"):
    """完成. `attended`: who checked in."""

    attended: tuple[str, ...]


class ShiftCancelled(OfShift, Event, kind="linli.volunteers.ShiftCancelled.v1"):
    """取消. `expected` had a place or were there, `waiting` were on the waiting list."""

    reason: Annotated[str, OfMatter("shift_id")]
    expected: tuple[str, ...]
    waiting: tuple[str, ...]


class SignupConfirmed(OfSignup, Event, kind="linli.volunteers.SignupConfirmed.v1"):
    """报名成功."""


class SignupWaitlisted(OfSignup, Event, kind="linli.volunteers.SignupWaitlisted.v1"):
    """候补, `position` counting from 1. Nothing of the person's time is reserved."""

    position: int


class WaitlistPromoted(OfSignup, Event, kind="linli.volunteers.WaitlistPromoted.v1"):
    """候补转正."""


class SignupCancelled(OfSignup, Event, kind="linli.volunteers.SignupCancelled.v1"):
    """取消报名."""

    was: Literal["confirmed", "waitlisted"]


class VolunteerCheckedIn(OfSignup, Event, kind="linli.volunteers.VolunteerCheckedIn.v1"):
    """签到."""


class VolunteerCheckedOut(OfSignup, Event, kind="linli.volunteers.VolunteerCheckedOut.v1"):
    """签退."""


class NoShowRecorded(OfSignup, Event, kind="linli.volunteers.NoShowRecorded.v1"):
    """缺席."""


class ShiftUnderstaffed(OfShift, Event, kind="linli.volunteers.ShiftUnderstaffed.v1"):
    """人手不足: fewer than `min_n` had checked in."""

    present: int
    min_n: int


ShiftEvent = (
    ShiftPlanned
    | ShiftPublished
    | ShiftStarted
    | ShiftCompleted
    | ShiftCancelled
    | SignupConfirmed
    | SignupWaitlisted
    | WaitlistPromoted
    | SignupCancelled
    | VolunteerCheckedIn
    | VolunteerCheckedOut
    | NoShowRecorded
    | ShiftUnderstaffed
)
