"""What somebody wants of a booking 预约. The fields are the HTTP bodies."""

from typing import Final, Self
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Time
from pydantic import PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from linli_estates.bookings.terms import Purpose
from linli_estates.places.domain import Place
from linli_estates.tenants import EstateTenant

KEEPERS: Final = frozenset({
    Role.OPERATOR, Role.STEWARD, Role.STEWARD_LEAD, Role.ESTATE_MANAGER,
})  # fmt: skip
"""Who keeps the places' calendar."""
BOOKERS: Final = KEEPERS | {
    Role.RESIDENT, Role.VOLUNTEER, Role.VOLUNTEER_COORDINATOR, Role.PROGRAMME_LEAD,
    Role.COMMUNITY_OFFICER,
}  # fmt: skip


class BookPlace(Command, by=BOOKERS):
    """From `starts_at` to before `ends_at`: another booking may begin then."""

    estate_id: EstateTenant
    place_id: UUID
    starts_at: Time
    ends_at: Time
    booked_for: Purpose

    _place: Place | None = PrivateAttr()

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise PydanticCustomError("ends_first", "must end after it starts")
        return self


class CancelBooking(Command, by=BOOKERS):
    """By whoever booked, or who keeps the calendar, before it starts."""


BookingCommand = BookPlace | CancelBooking
