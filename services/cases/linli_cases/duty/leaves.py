"""Who is on leave 休假 by the directory, beside what the roster of an estate says itself."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from linli_shared.store import Reader
from linli_shared.tenancy import reading
from linli_shared.viewset import NotLive

from linli_cases.days import begin_of
from linli_cases.directory import DIRECTORY, LEAVE, Leave, company_of
from linli_cases.duty.domain import Duty
from linli_cases.duty.events import Absence
from linli_cases.duty.terms import Away

_OF_PEOPLE: Final = "select * from {table} where estate = $1 and person_id = any ($2)"


def absences(leaves: Iterable[Leave]) -> tuple[Absence, ...]:
    """From the beginning of the first day to the end of the last one, in the estates."""
    return tuple(
        Absence(
            person_id=leave.person_id,
            reason=Away.ON_LEAVE,
            since=begin_of(leave.starts_on),
            until=begin_of(leave.ends_on + timedelta(days=1)),
        )
        for leave in leaves
    )


async def with_leaves(reader: Reader, duty: Duty) -> Duty:
    """The roster, and who of its holders is on leave as far as it is known here. Whoever is not
    known to be away is called: half an hour of silence corrects that."""
    try:
        number = await DIRECTORY.live(reader.pool)
    except NotLive:
        return duty
    company = await company_of(reader, number)
    assert LEAVE.rows
    people = [holder.person_id for holder in duty.holders]
    async with reading(reader.pool, [company]) as db:
        rows = await db.fetch(_OF_PEOPLE.format(table=LEAVE.rows.of(number)), company, people)
    found = absences(LEAVE.rows.parse(row) for row in rows)
    return replace(duty, absences=(*duty.absences, *found))
