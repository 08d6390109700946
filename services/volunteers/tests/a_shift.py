"""The school gate on a Monday afternoon, 16:20 to 17:20, with two places and two to wait."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said
from linli_volunteers.credentials.domain import Credential, Held
from linli_volunteers.credentials.terms import CredentialType, Finding
from linli_volunteers.engagements import Engagement
from linli_volunteers.shifts.commands import CheckIn, Placing, PlanShift
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.shifts.events import (
    NoShowRecorded,
    ShiftCancelled,
    ShiftCompleted,
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
from linli_volunteers.shifts.policy import Policy
from linli_volunteers.shifts.terms import Status

C = TypeVar("C", bound=Command)
P = TypeVar("P", bound=Placing)

SHIFT, OTHER = (UUID(f"0192c000-0000-7000-8000-00000000000{n}") for n in (1, 2))
TANG, LUO, XIE, YI, COORDINATOR, RESIDENT = "tang", "luo", "xie", "yi", "peng", "li"
ROLES = {
    TANG: Role.VOLUNTEER,
    LUO: Role.VOLUNTEER,
    XIE: Role.VOLUNTEER,
    YI: Role.STEWARD,
    COORDINATOR: Role.VOLUNTEER_COORDINATOR,
    RESIDENT: Role.RESIDENT,
    SYSTEM: SYSTEM,
}
CHANGSHA = timezone(timedelta(hours=8))


def clock(hour: int, minute: int = 0, *, day: int = 7) -> datetime:
    return datetime(2020, 9, day, hour, minute, tzinfo=CHANGSHA)


CHECK = CredentialType.MINOR_CONTACT_CHECK
CHECKED: Held = {CHECK: Credential(Finding.CLEAR, date(2020, 9, 8))}
"""To the end of the day of the shift."""
NOW, START, END = clock(9), clock(16, 20), clock(17, 20)
NO_SHOW_AT, CLOSES_AT = clock(16, 35), clock(17, 35)
LITTLE = Policy(waitlist_max=2)


def by(person: str, command: C, now: datetime = NOW) -> C:
    if isinstance(command, Placing) and not hasattr(command, "_engaged"):
        command = busy(command)
    if isinstance(command, CheckIn) and not command._held:
        command = command.learned(held=CHECKED)
    return said(command, SHIFT, now, person, ROLES[person])


def busy(command: P, **engaged: tuple[Engagement, ...]) -> P:
    """`command` as it is when people are engaged elsewhere; nobody else is, and all are checked."""
    calendars: Mapping[str, tuple[Engagement, ...]] = dict.fromkeys(ROLES, ()) | engaged
    return command.learned(engaged=calendars, held=dict.fromkeys(ROLES, CHECKED))


def elsewhere(
    starts_at: datetime, ends_at: datetime, post: str = "class-2", way_min: int = 15
) -> Engagement:
    return Engagement("shift", str(OTHER), post, starts_at, ends_at, way_min)


def planning(**change: Any) -> PlanShift:
    body = {
        "estate_id": "xx",
        "type": "school_guard",
        "post": "school-gate",
        "starts_at": START,
        "ends_at": END,
        "min_n": 2,
        "max_n": 2,
    }
    return PlanShift.model_validate(body | change)


def of(person: str, **change: Any) -> dict[str, Any]:
    about = {
        "occurred_at": NOW,
        "shift_id": SHIFT,
        "type": "school_guard",
        "post": "school-gate",
        "starts_at": START,
        "ends_at": END,
        "by_id": person,
    }
    return about | change


PLANNED = ShiftPlanned(
    **of(COORDINATOR),
    min_n=2,
    max_n=2,
    waitlist_max=2,
    required_credentials=("minor_contact_check",),
    lead_required=False,
    travel_buffer_min=15,
    policy_version="default-1",
)
PUBLISHED = ShiftPublished(**of(COORDINATOR), no_show_at=NO_SHOW_AT, closes_at=CLOSES_AT)
STARTED = ShiftStarted(**of(SYSTEM, occurred_at=START))
COMPLETED = ShiftCompleted(**of(SYSTEM, occurred_at=CLOSES_AT), attended=())
CANCELLED = ShiftCancelled(**of(COORDINATOR), reason="台风停课", expected=(), waiting=())
CONFIRMED = SignupConfirmed(**of(TANG), person_id=TANG)
CONFIRMED_LUO = SignupConfirmed(**of(LUO), person_id=LUO)
WAITS_XIE = SignupWaitlisted(**of(XIE), person_id=XIE, position=1)
WAITS_YI = SignupWaitlisted(**of(YI), person_id=YI, position=2)
PROMOTED_XIE = WaitlistPromoted(**of(TANG), person_id=XIE)
GONE = SignupCancelled(**of(TANG), person_id=TANG, was="confirmed")
IN = VolunteerCheckedIn(**of(TANG, occurred_at=START), person_id=TANG)
OUT = VolunteerCheckedOut(**of(TANG, occurred_at=END), person_id=TANG)
ABSENT_LUO = NoShowRecorded(**of(SYSTEM, occurred_at=NO_SHOW_AT), person_id=LUO)
UNDERSTAFFED = ShiftUnderstaffed(**of(SYSTEM, occurred_at=NO_SHOW_AT), present=1, min_n=2)

_PUBLISHED = (PLANNED, PUBLISHED)
_FULL = (*_PUBLISHED, CONFIRMED, CONFIRMED_LUO)
PAST = {
    Status.DRAFT: (PLANNED,),
    Status.PUBLISHED: _PUBLISHED,
    Status.IN_PROGRESS: (*_FULL, WAITS_XIE, STARTED),
    Status.COMPLETED: (*_FULL, STARTED, IN, ABSENT_LUO, UNDERSTAFFED, OUT, COMPLETED),
    Status.CANCELLED: (*_PUBLISHED, CANCELLED),
}
"""How a shift may have come to each of its states."""
NOTHING = Spec(SHIFTS)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
OPEN = AT[Status.PUBLISHED]
FULL = NOTHING.given(*_FULL)
ALL_TAKEN = NOTHING.given(*_FULL, WAITS_XIE, WAITS_YI)
