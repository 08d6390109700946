"""Being there: checking in and out at the post, and the roll call after the start."""

from collections.abc import Sequence, Set

from linli_shared.decider import Rejected

from linli_volunteers.credentials.domain import ZONE, lacking
from linli_volunteers.shifts.commands import (
    COORDINATORS,
    CancelSignup,
    CheckIn,
    CheckOut,
    CompleteShift,
    RecordNoShows,
)
from linli_volunteers.shifts.events import (
    NoShowRecorded,
    ShiftCompleted,
    ShiftEvent,
    ShiftUnderstaffed,
    VolunteerCheckedIn,
    VolunteerCheckedOut,
)
from linli_volunteers.shifts.facts import facts_of
from linli_volunteers.shifts.state import Shift
from linli_volunteers.shifts.terms import PRESENT, Signup


def check_in(command: CheckIn, shift: Shift) -> Sequence[ShiftEvent]:
    """Who was checked when the place was given may not be fit any more."""
    person = somebody(command, shift, Signup.CHECKED_IN, {Signup.CONFIRMED})
    _must_be_there(command, shift)
    day = shift.starts_at.astimezone(ZONE).date()
    if lacks := lacking(shift.required, command._held, day):
        raise lacks
    return [VolunteerCheckedIn(**facts_of(command, shift), person_id=person)]


def check_out(command: CheckOut, shift: Shift) -> Sequence[ShiftEvent]:
    person = somebody(command, shift, Signup.CHECKED_OUT, {Signup.CHECKED_IN})
    _must_be_there(command, shift)
    return [VolunteerCheckedOut(**facts_of(command, shift), person_id=person)]


def call_roll(command: RecordNoShows, shift: Shift) -> Sequence[ShiftEvent]:
    of, present = facts_of(command, shift), len(shift.who(PRESENT))
    missing = shift.who({Signup.CONFIRMED})
    absent = [NoShowRecorded(**of, person_id=person) for person in missing]
    if present >= shift.min_n or shift.understaffed:
        return absent
    return [*absent, ShiftUnderstaffed(**of, present=present, min_n=shift.min_n)]


def complete(command: CompleteShift, shift: Shift) -> Sequence[ShiftEvent]:
    return [ShiftCompleted(**facts_of(command, shift), attended=shift.who(PRESENT))]


def somebody(
    command: CancelSignup | CheckIn | CheckOut, shift: Shift, to: Signup, sources: Set[Signup]
) -> str:
    """Whose sign-up it is about: one's own, or, for a coordinator, anybody's."""
    person = command.person_id or command.actor.id
    if person != command.actor.id and not command.actor.roles & COORDINATORS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(COORDINATORS))
    if (now := shift.signups.get(person)) is None:
        raise Rejected("NOT_FOUND")
    if now not in sources:
        raise Rejected("INVALID_TRANSITION", **{"from": now, "to": to, "allowed": _NEXT[now]})
    return person


_NEXT = {
    Signup.CONFIRMED: (Signup.CANCELLED, Signup.CHECKED_IN, Signup.NO_SHOW),
    Signup.WAITLISTED: (Signup.CANCELLED, Signup.CONFIRMED),
    Signup.CHECKED_IN: (Signup.CHECKED_OUT,),
    Signup.CHECKED_OUT: (),
    Signup.NO_SHOW: (),
    Signup.CANCELLED: (Signup.CONFIRMED, Signup.WAITLISTED),
}


def _must_be_there(command: CheckIn | CheckOut, shift: Shift) -> None:
    """At the time, then at the post."""
    opens = shift.starts_at - command._policy.check_in_before
    if not opens <= command.now <= shift.ends_at:
        window = {"opens_at": opens.isoformat(), "closes_at": shift.ends_at.isoformat()}
        raise Rejected("OUTSIDE_CHECKIN_WINDOW", **window)
    if command.post != shift.post:
        raise Rejected("WRONG_POST")
