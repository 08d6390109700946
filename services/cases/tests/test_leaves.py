"""Leave that the directory tells: who is away by it is passed over as if the roster said so."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from linli_cases.complaints.ladder import climb
from linli_cases.directory import Leave, OfLeave, OnLeave, back, on_leave
from linli_cases.duty.commands import HEARS
from linli_cases.duty.domain import Duty
from linli_cases.duty.events import Holder
from linli_cases.duty.leaves import absences
from linli_cases.duty.terms import Away

from services.cases.tests.test_mediators import a_fact

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2020, 10, 9), date(2020, 10, 11)
LEAVE = Leave("company:c1", "sun", 2, FIRST, LAST)


def test_the_directory_says_who_is_on_leave_and_when_that_ends() -> None:
    fact = a_fact("StaffOnLeave", "company:c1")
    told = OnLeave(person_id="sun", leave_no=2, starts_on=FIRST, ends_on=LAST)
    assert on_leave(None, told, fact) == LEAVE
    assert back(LEAVE, OfLeave(person_id="sun", leave_no=2), fact) is None


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (datetime(2020, 10, 8, 23, 59, tzinfo=ZONE), 1),
        (datetime(2020, 10, 9, 0, 0, tzinfo=ZONE), 2),
        (datetime(2020, 10, 11, 23, 59, tzinfo=ZONE), 2),
        (datetime(2020, 10, 12, 0, 0, tzinfo=ZONE), 1),
    ],
)
def test_from_the_first_day_to_the_end_of_the_last_one_somebody_else_is_called(
    at: datetime, level: int
) -> None:
    """Days of the estates. Seen red with days of UTC, and without the last day."""
    holders = (
        Holder(role=HEARS[1], person_id="sun"),
        Holder(role=HEARS[2], person_id="wu"),
    )
    rung = climb(1, Duty(holders, absences([LEAVE])), at)
    assert rung.level == level
    assert [one.reason for one in rung.skipped] == [Away.ON_LEAVE] * (level - 1)


def test_who_is_away_by_roster_and_by_directory_is_away_until_the_later_end() -> None:
    longer = Leave("company:c1", "sun", 3, LAST, LAST + timedelta(days=5))
    duty = Duty((Holder(role=HEARS[1], person_id="sun"),), absences([LEAVE, longer]))
    at = datetime(2020, 10, 14, 12, 0, tzinfo=ZONE)
    assert duty.away("sun", at) is Away.ON_LEAVE
