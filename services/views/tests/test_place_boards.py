"""Places and their calendar: everybody sees when, staff and themself see who."""

from typing import Any

from linli_views.place_board import PLACES, Place

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views


def a_hall() -> Log:
    log = Log()
    log.estate("hall", "PlaceRegistered", "place_id")
    log.estate("hall", "PlaceHoursSet", "place_id")
    for name, person in (("a", "li"), ("b", "wu")):
        log.estate(name, "PlaceBooked", "booking_id", place_id=uid("hall"), by_id=person)
    log.estate("b", "BookingCancelled", "booking_id", place_id=uid("hall"), by_id="wu")
    return log


def test_a_place_shows_when_it_is_open() -> None:
    log = a_hall()
    place: Place = folded(PLACES, log.records).rows["xx", uid("hall")]
    assert place.hours == ({"weekday": 1, "opens": "08:30", "closes": "18:00"},)
    assert (place.state, place.version) == ("there", 2)
    log.estate("hall", "PlaceRetired", "place_id")
    assert folded(PLACES, log.records).rows["xx", uid("hall")].state == "retired"


async def asked(views: Views, person: str, path: str, **roles: Any) -> Any:
    async with views.client(person, **roles) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


async def test_who_booked_is_for_staff_and_themself(views: Views) -> None:
    await views.project(a_hall().records)
    day = f"/bookings?place_id={uid('hall')}&day=2020-07-07"
    for person, role, who in (
        ("desk", "operator", ["li", "wu"]), ("li", "resident", ["li", None]),
        ("wu", "resident", [None, "wu"]), ("sun", "resident", [None, None]),
    ):  # fmt: skip
        found = (await asked(views, person, day, xx=role))["items"]
        assert {one["booking_id"]: one["booked_by"] for one in found} == dict(
            zip(map(str, (uid("a"), uid("b"))), who, strict=True)
        )
        one = await asked(views, person, f"/bookings/{uid('a')}", xx=role)
        assert one["booked_by"] == who[0]
        told = (await asked(views, person, f"/bookings/{uid('a')}/history", xx=role))["items"]
        assert [line["by_id"] for line in told] == who[:1]
    for query in ("&state=open", "&state=booked"):
        (taken,) = (await asked(views, "sun", day + query, xx="resident"))["items"]
        assert taken["booking_id"] == str(uid("a"))
    other = day.replace("07-07", "07-08")
    assert (await asked(views, "sun", other, xx="resident"))["items"] == []
    assert (await asked(views, "sun", day, b="operator"))["items"] == []


async def test_places_are_for_everybody_of_the_estate(views: Views) -> None:
    await views.project(a_hall().records)
    for query in ("", "?state=open", "?place_kind=deliberation_hall"):
        (place,) = (await asked(views, "sun", f"/places{query}", xx="resident"))["items"]
    assert await asked(views, "sun", f"/places/{uid('hall')}", xx="resident") == place
    told = (await asked(views, "sun", f"/places/{uid('hall')}/history", xx="resident"))["items"]
    assert [line["text_en"] for line in told] == [
        "The place was registered: Owners' hall", "Its opening hours were set",
    ]  # fmt: skip
    assert [line["by_id"] for line in told] == [None, None]
    assert (await asked(views, "sun", "/places?state=retired", xx="resident"))["items"] == []
