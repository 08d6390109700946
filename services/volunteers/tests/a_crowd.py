"""Coordinators and volunteers of some estates, as the routes carry out what they ask."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from linli_language.roles import Role
from linli_shared.asked import Asked, Outcome
from linli_shared.decider import Rejected
from linli_shared.store import EventStore
from linli_volunteers.calendars import raced
from linli_volunteers.credentials.commands import RecordCredential, key_of
from linli_volunteers.credentials.domain import CREDENTIALS
from linli_volunteers.credentials.terms import CredentialType, Finding
from linli_volunteers.shifts.api import with_calendars
from linli_volunteers.shifts.commands import (
    AssignVolunteer,
    CancelSignup,
    PlanShift,
    PublishShift,
    SignUpForShift,
)
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.shifts.terms import ShiftType
from linli_volunteers.visits.api import with_calendar
from linli_volunteers.visits.commands import AssignVisitor, ScheduleVisit
from linli_volunteers.visits.domain import VISITS
from linli_volunteers.visits.terms import Tier

DAY = (datetime.now(UTC) + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
TODAY = datetime.now(UTC).date()
COORDINATOR = frozenset({Role.VOLUNTEER_COORDINATOR.value})
VOLUNTEER = frozenset({Role.VOLUNTEER.value})
ELSEWHERE: dict[str, Any] = {"code": "SHIFT_OVERLAP", "other_kind": "elsewhere"}


def clock(text: str) -> datetime:
    hour, minute = text.split(":")
    return DAY + timedelta(hours=int(hour), minutes=int(minute))


class People:
    def __init__(self, store: EventStore) -> None:
        self.store = store

    def asks(self, person: str, roles: frozenset[str], estate: str = "xx") -> Asked:
        return Asked(person, {estate: roles}, uuid4(), uuid4(), uuid4())

    async def shift(
        self, start: str, end: str, post: str, estate: str = "xx", max_n: int = 3
    ) -> UUID:
        plan = PlanShift(
            estate_id=estate,
            type=ShiftType.PATROL,
            post=post,
            starts_at=clock(start),
            ends_at=clock(end),
            min_n=1,
            max_n=max_n,
        )
        asked = self.asks("peng", COORDINATOR, estate)
        key = (await self.store.create(SHIFTS, plan, asked, estate)).key
        asked = self.asks("peng", COORDINATOR, estate)
        await self.store.act(SHIFTS, key, PublishShift(), asked)
        return key

    async def sign_up(self, shift: UUID, person: str, estate: str = "xx") -> Outcome:
        asked = self.asks(person, VOLUNTEER, estate)
        act = self.store.act
        return await raced(lambda: act(SHIFTS, shift, SignUpForShift(), asked, with_calendars))

    async def assign(self, shift: UUID, person: str) -> Outcome:
        asked, command = self.asks("peng", COORDINATOR), AssignVolunteer(person_id=person)
        act = self.store.act
        return await raced(lambda: act(SHIFTS, shift, command, asked, with_calendars))

    async def cancel(self, shift: UUID, person: str) -> Outcome:
        asked = self.asks(person, VOLUNTEER)
        act = self.store.act
        return await raced(lambda: act(SHIFTS, shift, CancelSignup(), asked, with_calendars))

    async def visit(self, start: str, end: str, recurrence: str = "r1") -> UUID:
        schedule = ScheduleVisit(
            estate_id="xx", elder_id="luo", tier=Tier.KEY, recurrence_id=recurrence,
            starts_at=clock(start), ends_at=clock(end),
        )  # fmt: skip
        asked = self.asks("peng", COORDINATOR)
        return (await self.store.create(VISITS, schedule, asked, "xx")).key

    async def send(self, visit: UUID, person: str) -> Outcome:
        asked, command = self.asks("peng", COORDINATOR), AssignVisitor(visitor_id=person)
        act = self.store.act
        check = RecordCredential(
            estate_id="xx", person_id=person, type=CredentialType.ELDER_CARE,
            finding=Finding.CLEAR, checked_on=TODAY, expires_on=TODAY + timedelta(days=90),
        )  # fmt: skip
        recorder = self.asks("peng", COORDINATOR)
        await self.store.reach(CREDENTIALS, key_of(person), check, recorder, "xx")
        return await raced(lambda: act(VISITS, visit, command, asked, with_calendar))


async def refused(asked: Awaitable[Outcome]) -> dict[str, Any]:
    with pytest.raises(Rejected) as caught:
        await asked
    return {"code": caught.value.code, **caught.value.params}


def overlap(other: UUID, gap_min: int, kind: str = "shift") -> dict[str, Any]:
    told = {"other_shift_id": str(other), "other_kind": kind, "gap_min": gap_min}
    return {"code": "SHIFT_OVERLAP", **told}


async def settled(*asked: Awaitable[Outcome]) -> tuple[list[Outcome], list[Rejected]]:
    done = await asyncio.gather(*asked, return_exceptions=True)
    won = [one for one in done if isinstance(one, Outcome)]
    lost = [one for one in done if isinstance(one, Rejected)]
    assert len(won) + len(lost) == len(done), done
    return won, lost
