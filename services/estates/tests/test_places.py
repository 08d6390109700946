"""Places 场所 of the hall and bookings 预约: within opening hours, and one at a time."""

from typing import Any

import pytest
from linli_estates.bookings.commands import BookPlace, CancelBooking
from linli_estates.bookings.domain import BOOKINGS
from linli_estates.places.commands import Opening, RegisterPlace, RetirePlace, SetHours
from linli_estates.places.domain import PLACES, Place
from linli_language.roles import Role
from linli_shared.decider import Hold, Release
from pydantic import ValidationError

from services.estates.tests.a_hall import (
    A_PLACE,
    BOOKED,
    CANCELLED,
    FREE,
    HALL,
    LI,
    NO_PLACE,
    NOW,
    OPEN,
    REGISTERED,
    RETIRED,
    SHORTER,
    TAKEN,
    WEEKDAYS,
    ZHAO,
    at,
    booking,
    by,
    of_place,
    registering,
)

MONDAY = of_place(SetHours(hours=(Opening(weekday=1, opens="08:30", closes="18:00"),)))
CANCEL = CancelBooking()


# --- places -----------------------------------------------------------------------------------


def test_a_place_is_registered_with_its_hours_in_the_order_of_the_week() -> None:
    NO_PLACE.when(registering()).then(REGISTERED)
    NO_PLACE.when(registering(hours=WEEKDAYS[::-1])).then(REGISTERED)


def test_its_hours_are_set_anew_and_it_is_retired_once() -> None:
    A_PLACE.when(MONDAY).then(SHORTER)
    A_PLACE.given(SHORTER).when(MONDAY).then()
    A_PLACE.when(of_place(RetirePlace())).then(RETIRED)
    gone = A_PLACE.given(RETIRED)
    for command in (MONDAY, of_place(RetirePlace())):
        gone.when(command).rejected("INVALID_TRANSITION")
        NO_PLACE.when(command).rejected("NOT_FOUND")


@pytest.mark.parametrize(
    "change",
    [
        {"opens": "18:00"}, {"opens": "24:00"}, {"closes": "9:00"}, {"weekday": 0}, {"weekday": 8},
    ],
)  # fmt: skip
def test_hours_that_mean_nothing_are_refused(change: Any) -> None:
    with pytest.raises(ValidationError):
        registering(hours=[WEEKDAYS[0] | change])


def test_a_place_is_open_all_the_time_between_on_that_local_day() -> None:
    place = Place(OPEN)
    assert place.is_open(at(8, 30), at(18))
    assert not place.is_open(at(8, 29), at(18))
    assert not place.is_open(at(8, 30), at(18, 1))
    assert not place.is_open(at(8, 30), at(18).replace(microsecond=1))
    assert not place.is_open(at(9, days=5), at(10, days=5))  # Saturday
    assert not place.is_open(at(9), at(10, days=2))
    assert not PLACES.fold([REGISTERED, RETIRED]).is_open(at(9), at(10))  # type: ignore[union-attr]
    assert PLACES.fold([REGISTERED, SHORTER]) == Place(OPEN[:1])


# --- bookings ---------------------------------------------------------------------------------


def test_a_place_is_booked_within_its_hours() -> None:
    """Seen red without asking the place."""
    FREE.when(booking(at(14), at(15, 30))).then(BOOKED)
    FREE.when(booking(at(17), at(18, 30))).rejected("PLACE_NOT_OPEN")
    FREE.when(booking(at(14), at(15), None)).rejected("NOT_FOUND")


def test_nobody_books_what_is_past() -> None:
    FREE.when(booking(at(8, 45, days=0), at(10, days=0))).rejected("BOOKING_STARTED")
    with pytest.raises(ValidationError, match="ends_first"):
        booking(at(14), at(14))


def test_a_booking_keeps_the_place_for_its_time_until_it_is_cancelled() -> None:
    FREE.when(booking(at(14), at(15, 30))).reserves(Hold("place", str(HALL), at(14), at(15, 30)))
    TAKEN.when(by(CANCEL)).reserves(Release("place"))
    refused = BOOKINGS.taken("place", "anybody")
    assert (refused.code, refused.params) == ("SLOT_TAKEN", {})


def test_whoever_booked_cancels_or_who_keeps_the_calendar() -> None:
    """Seen red without the rule: Wu cancels what Li has booked."""
    TAKEN.when(by(CANCEL)).then(CANCELLED)
    desk = CANCELLED.model_copy(update={"by_id": ZHAO})
    TAKEN.when(by(CANCEL, ZHAO, Role.OPERATOR)).then(desk)
    TAKEN.when(by(CANCEL, "wu")).rejected("ROLE_NOT_PERMITTED")
    TAKEN.given(CANCELLED).when(by(CANCEL)).rejected("INVALID_TRANSITION")
    FREE.when(by(CANCEL)).rejected("NOT_FOUND")


def test_what_has_started_is_not_cancelled() -> None:
    TAKEN.when(by(CANCEL, now=at(14))).rejected("BOOKING_STARTED")
    TAKEN.when(by(CANCEL, now=at(13, 59))).then(
        CANCELLED.model_copy(update={"occurred_at": at(13, 59)})
    )


def test_residents_book_and_managers_register() -> None:
    assert RegisterPlace.by == {Role.ESTATE_MANAGER}
    assert Role.RESIDENT in BookPlace.by
    assert (BOOKED.by_id, BOOKED.occurred_at) == (LI, NOW)
