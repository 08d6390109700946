"""Places over HTTP on a real database: of two who book at the same moment one has it."""

import asyncio
from datetime import timedelta
from typing import Any

from services.estates.tests.a_hall import NOW, PLACE
from services.estates.tests.conftest import Who

ALWAYS = [{"weekday": day, "opens": "00:00", "closes": "23:59"} for day in range(1, 8)]
DAY = NOW.replace(year=2100)


def slot(place: str, hour: int, hours: int = 1) -> dict[str, Any]:
    starts = DAY.replace(hour=hour)
    return {
        "estate_id": "xx", "place_id": place, "booked_for": "activity",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=hours)).isoformat(),
    }  # fmt: skip


async def test_of_many_who_book_at_once_one_has_the_place(who: Who) -> None:
    async with (
        who("zhao", {"xx": ["estate_manager"]}) as zhao,
        who("li", {"xx": ["resident"]}) as li,
        who("wu", {"xx": ["resident"]}) as wu,
    ):
        place = (await zhao.does("/places", **PLACE | {"hours": ALWAYS}))["id"]
        for hour in range(8, 11):
            said = await asyncio.gather(
                *(person.asks("/bookings", **slot(place, hour)) for person in (li, wu, li, wu))
            )
            assert sorted(one.status_code for one in said) == [201, 409, 409, 409]
            late = [one.json() for one in said if one.is_error]
            assert {(one["code"], str(one["params"])) for one in late} == {("SLOT_TAKEN", "{}")}
        await li.refused("/bookings", "SLOT_TAKEN", **slot(place, 7, 2))
        booked = await li.does("/bookings", **slot(place, 11))
        path = f"/bookings/{booked['id']}/cancel"
        await wu.refused(path, "ROLE_NOT_PERMITTED")
        await wu.refused("/bookings", "SLOT_TAKEN", **slot(place, 11))
        await li.does(path)
        await wu.does("/bookings", **slot(place, 11))
        await zhao.does(f"/places/{place}/set-hours", hours=PLACE["hours"])
        await wu.refused("/bookings", "PLACE_NOT_OPEN", **slot(place, 19))
        await zhao.does(f"/places/{place}/retire")
        await wu.refused("/bookings", "PLACE_NOT_OPEN", **slot(place, 12))
        other = slot(place, 12) | {"estate_id": "yy"}
        await wu.refused("/bookings", "NOT_FOUND", **other)
