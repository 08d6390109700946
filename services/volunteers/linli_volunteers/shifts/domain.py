"""Shifts 班次: planned, published, signed up for, attended, completed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_volunteers.shifts.attendance import call_roll, check_in, check_out, complete
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    ByClock,
    CancelShift,
    CancelSignup,
    CheckIn,
    CheckOut,
    CompleteShift,
    PlanShift,
    PublishShift,
    RecordNoShows,
    ShiftCommand,
    SignUpForShift,
    StartShift,
)
from linli_volunteers.shifts.events import (
    ShiftCancelled,
    ShiftEvent,
    ShiftPlanned,
    ShiftPublished,
    ShiftStarted,
)
from linli_volunteers.shifts.facts import facts_of
from linli_volunteers.shifts.moves import MOVES
from linli_volunteers.shifts.reservations import reserve, taken
from linli_volunteers.shifts.signing import cancel, sign_up
from linli_volunteers.shifts.state import Shift, evolve
from linli_volunteers.shifts.terms import SEATED
from linli_volunteers.shifts.timers import fired, outdated, remind


def decide(command: ShiftCommand, shift: Shift | None) -> Sequence[ShiftEvent]:
    if shift and isinstance(command, ByClock) and outdated(command, shift):
        return []
    lifecycle.check(MOVES, command, shift.status if shift else None)
    if isinstance(command, PlanShift):
        return plan(command)
    assert shift is not None, "every other command needs a state"
    match command:
        case PublishShift():
            return publish(command, shift)
        case CancelShift():
            return call_off(command, shift)
        case SignUpForShift() | AssignVolunteer():
            return sign_up(command, shift)
        case CancelSignup():
            return cancel(command, shift)
        case CheckIn():
            return check_in(command, shift)
        case CheckOut():
            return check_out(command, shift)
        case StartShift():
            return [ShiftStarted(**facts_of(command, shift))]
        case RecordNoShows():
            return call_roll(command, shift)
        case CompleteShift():
            return complete(command, shift)
        case _:
            assert_never(command)


def plan(command: PlanShift) -> Sequence[ShiftEvent]:
    if command.now >= command.starts_at:
        raise Rejected("SHIFT_ALREADY_STARTED")
    given, policy = command.travel_buffer_min, command._policy
    wanted = (*policy.required.get(command.type, ()), *command.required_credentials)
    return [
        ShiftPlanned(
            occurred_at=command.at,
            shift_id=command.key,
            type=command.type,
            post=command.post,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            by_id=command.actor.id,
            min_n=command.min_n,
            max_n=command.max_n,
            waitlist_max=policy.waitlist_max,
            required_credentials=tuple(dict.fromkeys(wanted)),
            lead_required=command.lead_required,
            travel_buffer_min=policy.way_min if given is None else given,
            policy_version=policy.version,
        )
    ]


def publish(command: PublishShift, shift: Shift) -> Sequence[ShiftEvent]:
    if command.now >= shift.starts_at:
        raise Rejected("SHIFT_ALREADY_STARTED")
    return [
        ShiftPublished(
            **facts_of(command, shift),
            no_show_at=shift.starts_at + command._policy.no_show_after,
            closes_at=shift.ends_at + timedelta(minutes=shift.way_min),
        )
    ]


def call_off(command: CancelShift, shift: Shift) -> Sequence[ShiftEvent]:
    of, expected = facts_of(command, shift), shift.who(SEATED)
    reason, waiting = command.reason, shift.waitlist
    return [ShiftCancelled(**of, reason=reason, expected=expected, waiting=waiting)]


SHIFTS: Final = Decider("shift", None, decide, evolve, reserve, taken, remind, fired)
