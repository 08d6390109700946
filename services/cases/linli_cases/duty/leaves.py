"""This service's own copy of the directory's leave 休假 of a company's staff: who is away when,
beside what the roster of an estate says itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.tenancy import reading
from linli_shared.view import View
from linli_shared.viewset import NotLive, ViewSet

from linli_cases.directory import Read, company_of
from linli_cases.duty.domain import Duty
from linli_cases.duty.events import Absence
from linli_cases.duty.terms import Away

_ZONE: Final = ZoneInfo("Asia/Shanghai")  # of every estate
_OF_PEOPLE: Final = "select * from {table} where estate = $1 and person_id = any ($2)"


@dataclass(frozen=True, slots=True)
class Leave:
    """Both days are days of leave; `estate` is the company's tenant."""

    estate: str
    person_id: str
    leave_no: int
    starts_on: date
    ends_on: date


LEAVE: Final = View("leave", row=Leave, key=["person_id", "leave_no"])
LEAVES: Final = ViewSet("leaves", 1, topics=["linli.estates.v1"], members=[LEAVE])


class OfLeave(Read):
    person_id: str
    leave_no: int


class OnLeave(OfLeave):
    starts_on: date
    ends_on: date


@LEAVE.on("linli.estates.StaffOnLeave.v1", OnLeave)
def began(row: Leave | None, event: OnLeave, fact: Fact) -> Leave:
    days = (event.starts_on, event.ends_on)
    return Leave(fact.estate, event.person_id, event.leave_no, *days)


@LEAVE.on("linli.estates.LeaveEnded.v1", OfLeave)
def ended(row: Leave | None, event: OfLeave, fact: Fact) -> None:
    return None


def absences(leaves: Iterable[Leave]) -> tuple[Absence, ...]:
    """From the beginning of the first day to the end of the last one, in the estates."""
    return tuple(
        Absence(
            person_id=leave.person_id,
            reason=Away.ON_LEAVE,
            since=_begin(leave.starts_on),
            until=_begin(leave.ends_on + timedelta(days=1)),
        )
        for leave in leaves
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


async def with_leaves(reader: Reader, duty: Duty) -> Duty:
    """The roster, and who of its holders is on leave as far as it is known here. Whoever is not
    known to be away is called: half an hour of silence corrects that."""
    try:
        number = await LEAVES.live(reader.pool)
        company = await company_of(reader)
    except NotLive:
        return duty
    assert LEAVE.rows
    people = [holder.person_id for holder in duty.holders]
    async with reading(reader.pool, [company]) as db:
        rows = await db.fetch(_OF_PEOPLE.format(table=LEAVE.rows.of(number)), company, people)
    found = absences(LEAVE.rows.parse(row) for row in rows)
    return replace(duty, absences=(*duty.absences, *found))
