"""The last month of the demo: visits to elders who live alone, and the shifts of volunteers."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Final

from .life import Body, Life
from .month import Story, story
from .village import MONTH

PENG: Final = ("coordinator-peng", "volunteer_coordinator")
VOLUNTEERS: Final = [f"volunteer-{name}" for name in ("cai", "du", "gan", "hu", "jin", "kong")]
CHECKLIST: Final = [
    {"item": item, "well": True}
    for item in ("health", "meals", "medicine", "gas_and_power", "emergency_contacts")
]
DAY: Final = timedelta(days=1)
POSTS: Final = [("school_guard", "east-gate"), ("patrol", "lake"), ("service_day", "square")]


def stories() -> Iterator[Story]:
    """20 visits, 10 shifts."""
    ends = ["completed"] * 15 + ["no_answer"] * 2 + ["missed"] * 2 + ["declined"]
    for n, end in enumerate(ends):
        yield story(MONTH + 1 + (7 * n) % 29, visit, n, end)
    for n in range(10):
        yield story(MONTH + 3 * n, shift, n)


async def visit(life: Life, n: int, end: str) -> None:
    """Planned for the next day at two."""
    visitor, elder = VOLUNTEERS[n % len(VOLUNTEERS)], f"elder-{n % 10 + 1}"
    window = {
        "starts_at": life.moment(1, 14).isoformat(), "ends_at": life.moment(1, 15).isoformat(),
    }  # fmt: skip
    await life.at(0, 9)
    planned: Body = {
        "estate_id": "xx", "elder_id": elder, "tier": "key", "recurrence_id": f"{elder}-{n}",
    }  # fmt: skip
    path = f"/visits/{(await life.tell('/visits', PENG, **planned, **window))['id']}"
    life.count(visits_scheduled=1)
    await life.tell(f"{path}/assign-visitor", PENG, visitor_id=visitor)
    if end == "missed":  # says Linli, when nobody has come
        await life.at(1, 19)
        life.count(visits_missed=1)
        return
    if end == "declined":
        await life.at(0, 19)
        await life.tell(f"{path}/decline", (elder, "resident"), reason="女儿在家。")
        return
    who = (visitor, "volunteer")
    await life.at(1, 14)
    await life.tell(f"{path}/arrive", who, proof="qr")
    if end == "no_answer":
        await life.tell(f"{path}/report-no-answer", who)
        return
    seen: Body = {"checklist": CHECKLIST, "wellbeing": 3 + n % 3}
    refused = "CONTACT_REQUIRED_USE_NO_ANSWER"
    await life.tell(f"{path}/complete", who, refused=refused, contact_made=False, **seen)
    await life.tell(f"{path}/complete", who, contact_made=True, **seen)
    life.count(visits_completed=1)


async def checked(life: Life) -> None:
    """All volunteers, for a year: they may be with children, and in elders' homes."""
    day = life.moment(0, 10).date()
    kinds = ("minor_contact_check", "elder_care")
    for person, kind in product(VOLUNTEERS, kinds):
        check: Body = {
            "estate_id": "xx", "person_id": person, "type": kind,
            "finding": "clear", "checked_on": f"{day}", "expires_on": f"{day + 365 * DAY}",
        }  # fmt: skip
        await life.tell("/credentials", PENG, **check)


async def shift(life: Life, n: int) -> None:
    """Three places and four who want one; one of three does not come, each third time."""
    kind, post = POSTS[n % len(POSTS)]
    window = {
        "starts_at": life.moment(2, 16).isoformat(), "ends_at": life.moment(2, 18).isoformat(),
    }  # fmt: skip
    await life.at(0, 9)
    planned: Body = {"estate_id": "xx", "type": kind, "post": post, "min_n": 2, "max_n": 3}
    path = f"/shifts/{(await life.tell('/shifts', PENG, **planned, **window))['id']}"
    early = (VOLUNTEERS[n % 6], "volunteer")
    await life.tell(f"{path}/sign-up", early, refused="SHIFT_NOT_PUBLISHED")
    await life.tell(f"{path}/publish", PENG)
    life.count(shifts_published=1)
    await life.at(0, 10)
    if n == 0:  # the first one at the school gate
        await life.tell(f"{path}/sign-up", early, refused="CREDENTIAL_MISSING")
        await checked(life)
    people = [(VOLUNTEERS[(n + i) % 6], "volunteer") for i in range(4)]
    for who in people:
        await life.tell(f"{path}/sign-up", who)
    if n == 7:
        await life.at(1, 9)
        await life.tell(f"{path}/cancel", PENG, reason="台风停课。")
        return
    await life.at(1, 10)
    await life.tell(f"{path}/cancel-signup", people[0])  # and who waited has a place
    await life.at(2, 16)
    for who in people[1 : 3 if n % 3 == 0 else 4]:
        await life.tell(f"{path}/check-in", who, refused="WRONG_POST", post="elsewhere")
        await life.tell(f"{path}/check-in", who, post=post)
        life.count(attended=1)
    await life.at(2, 19)  # closed by the clock
    life.count(shifts_completed=1)
