"""Signing up for a shift 班次, and cancelling: who gets a place, who waits, who moves up."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from linli_shared.decider import Rejected

from linli_volunteers.credentials.domain import NONE, ZONE, lacking
from linli_volunteers.engagements import overlap, without_rest
from linli_volunteers.shifts.attendance import somebody
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelSignup,
    Placing,
    SignUpForShift,
)
from linli_volunteers.shifts.events import (
    ShiftEvent,
    SignupCancelled,
    SignupConfirmed,
    SignupWaitlisted,
    WaitlistPromoted,
)
from linli_volunteers.shifts.facts import facts_of
from linli_volunteers.shifts.state import Shift
from linli_volunteers.shifts.terms import SEATED, Signup, Status

_IN: Final = SEATED | {Signup.WAITLISTED}
_WAS: Final[Mapping[Signup, Literal["confirmed", "waitlisted"]]] = {
    Signup.CONFIRMED: "confirmed",
    Signup.WAITLISTED: "waitlisted",
}


def sign_up(command: SignUpForShift | AssignVolunteer, shift: Shift) -> Sequence[ShiftEvent]:
    """The refusals are tested in the order of the specification."""
    if shift.status in {Status.DRAFT, Status.CANCELLED}:
        raise Rejected("SHIFT_NOT_PUBLISHED")
    if shift.status is not Status.PUBLISHED or command.now >= shift.starts_at:
        raise Rejected("SHIFT_ALREADY_STARTED")
    if shift.signups.get(command.person) in _IN:
        raise Rejected("ALREADY_SIGNED_UP")
    if unable := _unfit(command, shift, command.person):
        raise unable
    moved_up = _moved_up(command, shift, shift.free)
    if shift.free > len(moved_up):
        mine: ShiftEvent = SignupConfirmed(**facts_of(command, shift), person_id=command.person)
        return [*moved_up, mine]
    waiting = len(shift.waitlist) - len(moved_up)
    if waiting >= shift.waitlist_max:
        raise Rejected("WAITLIST_FULL", limit=shift.waitlist_max)
    of = facts_of(command, shift)
    mine = SignupWaitlisted(**of, person_id=command.person, position=waiting + 1)
    return [*moved_up, mine]


def cancel(command: CancelSignup, shift: Shift) -> Sequence[ShiftEvent]:
    person = somebody(command, shift, Signup.CANCELLED, {*_WAS})
    was = shift.signups[person]
    gone = SignupCancelled(**facts_of(command, shift), person_id=person, was=_WAS[was])
    if was is Signup.WAITLISTED:
        return [gone]
    if _too_late(command, shift):
        limit = command._policy.cancel_before
        raise Rejected("CANCEL_TOO_LATE", limit_min=int(limit.total_seconds() // 60))
    return [gone, *_moved_up(command, shift, shift.free + 1)]


def _moved_up(command: Placing, shift: Shift, free: int) -> Sequence[ShiftEvent]:
    """Those who wait, in their order, as far as there are places. Who cannot come any more is
    passed over and goes on waiting; nobody is promoted who could not cancel any more."""
    if _too_late(command, shift):
        return []
    able = [person for person in shift.waitlist if not _unfit(command, shift, person)]
    of = facts_of(command, shift)
    return [WaitlistPromoted(**of, person_id=person) for person in able[: max(free, 0)]]


def _too_late(command: Placing, shift: Shift) -> bool:
    return shift.starts_at - command.now < command._policy.cancel_before


def _unfit(command: Placing, shift: Shift, person: str) -> Rejected | None:
    """Why `person` cannot have a place: the same for who signs up, is assigned or is promoted.

    What the directory knows of people belongs first: VOLUNTEER_NOT_ACTIVE before the credentials,
    MINOR_NOT_ALLOWED after them. They fail closed: without an answer no place.
    """
    day = shift.starts_at.astimezone(ZONE).date()
    if lacks := lacking(shift.required, command._held.get(person, NONE), day):
        return lacks
    mine, others = shift.engagement(command.key), command._engaged[person]
    if clash := overlap(mine, others):
        return clash
    policy = command._policy
    span = without_rest(mine, others, policy.rest)
    if span > policy.max_without_rest:
        limit = int(policy.max_without_rest.total_seconds() // 60)
        return Rejected("MAX_CONSECUTIVE_EXCEEDED", limit_min=limit)
    return None
