"""HTTP for shifts 班次: parse, hand over, answer. No rule lives here."""

from typing import Literal, Self, TypeVar
from uuid import UUID

from linli_service.http import Call, Done, commands
from linli_shared.asked import Outcome
from linli_shared.store import Reader

from linli_volunteers.calendars import engaged, raced
from linli_volunteers.credentials.commands import key_of
from linli_volunteers.credentials.domain import CREDENTIALS, Held
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelShift,
    CancelSignup,
    CheckIn,
    CheckOut,
    Placing,
    PlanShift,
    PublishShift,
    SignUpForShift,
)
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.shifts.events import SignupWaitlisted

P = TypeVar("P", bound=Placing)
router = commands("/shifts", "shifts")


class SignedUp(Done):
    """`position` on the waiting list, from 1, where there was no place."""

    signup: Literal["confirmed", "waitlisted"] = "confirmed"
    position: int | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        waits = next((e for e in outcome.events if isinstance(e, SignupWaitlisted)), None)
        told = cls(id=outcome.key, version=outcome.version)
        if waits:
            told.signup, told.position = "waitlisted", waits.position
        return told


@router.post("", status_code=201)
async def plan(command: PlanShift, call: Call) -> Done:
    return Done.of(await call.create(SHIFTS, command, command.estate_id))


@router.post("/{shift_id}/publish")
async def publish(shift_id: UUID, command: PublishShift, call: Call) -> Done:
    return Done.of(await call.act(SHIFTS, shift_id, command))


@router.post("/{shift_id}/cancel")
async def cancel(shift_id: UUID, command: CancelShift, call: Call) -> Done:
    return Done.of(await call.act(SHIFTS, shift_id, command))


@router.post("/{shift_id}/sign-up")
async def sign_up(shift_id: UUID, command: SignUpForShift, call: Call) -> SignedUp:
    return SignedUp.of(await raced(lambda: call.act(SHIFTS, shift_id, command, with_calendars)))


@router.post("/{shift_id}/assign-volunteer")
async def assign(shift_id: UUID, command: AssignVolunteer, call: Call) -> SignedUp:
    return SignedUp.of(await raced(lambda: call.act(SHIFTS, shift_id, command, with_calendars)))


@router.post("/{shift_id}/cancel-signup")
async def cancel_signup(shift_id: UUID, command: CancelSignup, call: Call) -> Done:
    return Done.of(await raced(lambda: call.act(SHIFTS, shift_id, command, with_calendars)))


@router.post("/{shift_id}/check-in")
async def check_in(shift_id: UUID, command: CheckIn, call: Call) -> Done:
    return Done.of(await call.act(SHIFTS, shift_id, command, with_credentials))


@router.post("/{shift_id}/check-out")
async def check_out(shift_id: UUID, command: CheckOut, call: Call) -> Done:
    return Done.of(await call.act(SHIFTS, shift_id, command))


async def with_credentials(reader: Reader, command: CheckIn) -> CheckIn:
    person = command.person_id or command.actor.id
    held: Held = await reader.load(CREDENTIALS, key_of(person))
    return command.learned(held=held)


async def with_calendars(reader: Reader, command: P) -> P:
    """What else those are engaged in who may get a place, and what they may do: whoever asks, and
    all who wait. Credentials are guarded, as any other stream that a rule reads."""
    shift = await reader.load(SHIFTS, command.key)
    assert shift is not None, "a command is for a shift that is there"
    people = {command.person, *shift.waitlist}
    checked = people if shift.required else ()
    return command.learned(
        engaged=await engaged(reader, people, shift.engagement(command.key)),
        held={person: await reader.load(CREDENTIALS, key_of(person)) for person in checked},
    )
