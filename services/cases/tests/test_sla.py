"""Deadlines: the hours that count, and that no calendar or zone makes time run backwards."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linli_cases.complaints.calendar import Calendar, china
from linli_cases.complaints.sla import BUSINESS_DAY_MIN, Sla, SlaPolicy
from linli_cases.complaints.terms import Clock, Hours, Kind, Priority, Wait

from services.cases.tests.a_case import SHANGHAI, local

POLICY = SlaPolicy()
BEFORE_THE_HOLIDAYS = local(30, 16, 30, month=9)
P3 = POLICY.agreed(Kind.COMPLAINT, Priority.P3, BEFORE_THE_HOLIDAYS)
MINUTE = timedelta(minutes=1)

# --- scenario A3 -----------------------------------------------------------------------------


def test_a_complaint_before_national_day_is_answered_after_it() -> None:
    assert P3.first_response_due == local(9, 9, 0)
    assert P3.first_response_warn == local(9, 8, 36)
    assert P3.resolve_due == local(21, 16, 30)
    assert (P3.policy_version, P3.hours, P3.provisional) == ("default-1", Hours.BUSINESS, False)


def test_safety_knows_no_holiday() -> None:
    sla = POLICY.agreed(Kind.COMPLAINT, Priority.P1, BEFORE_THE_HOLIDAYS)
    dues = (sla.ack_due, sla.first_response_due, sla.resolve_due)
    at = (local(30, h, m, month=9) for h, m in ((16, 45), (17, 0), (18, 30)))
    assert dues == tuple(at)
    assert sla.hours is Hours.ALL


def test_a_pause_of_two_business_days_moves_the_resolution_by_as_much() -> None:
    pause = local(9, 9, 50), local(12, 9, 50)
    assert china().elapsed(*pause, Hours.BUSINESS) == 1140 * MINUTE
    shifted = POLICY.shifted(P3, {Clock.RESOLVE: 0}, *pause)
    assert shifted.resolve_due == local(23, 16, 30)
    assert shifted.paused_min == 1140
    assert shifted.first_response_due == P3.first_response_due  # it ran no longer
    again = POLICY.shifted(shifted, {Clock.RESOLVE: 1}, local(13, 9, 0), local(13, 9, 30))
    assert (again.resolve_due, again.paused_min) == (local(23, 17, 0), 1170)


def test_what_was_not_told_how_it_was_computed_is_not_told_after_a_pause_either() -> None:
    old = P3.model_copy(update={"since": None, "holidays": (), "workdays": (), "calendar": None})
    shifted = POLICY.shifted(old, {Clock.RESOLVE: 0}, local(9, 9, 50), local(12, 9, 50))
    assert (shifted.resolve_due, shifted.holidays, shifted.calendar) == (
        local(23, 16, 30), (), None,
    )  # fmt: skip


# --- the policy ------------------------------------------------------------------------------

DAY = BUSINESS_DAY_MIN


@pytest.mark.parametrize(
    ("kind", "priority", "hours", "minutes"),
    [
        (Kind.COMPLAINT, Priority.P1, Hours.ALL, (15, 30, 120)),
        (Kind.LEGACY_ISSUE, Priority.P1, Hours.ALL, (15, 30, 120)),
        (Kind.REPAIR, Priority.P2, Hours.ALL, (30, 120, 1440)),
        (Kind.INQUIRY, Priority.P3, Hours.BUSINESS, (120, 120, DAY)),
        (Kind.SUGGESTION, Priority.P3, Hours.BUSINESS, (120, DAY, 5 * DAY)),
        (Kind.COMPLAINT, Priority.P3, Hours.BUSINESS, (120, 120, 10 * DAY)),
        (Kind.REPAIR, Priority.P3, Hours.BUSINESS, (120, 120, 10 * DAY)),
        (Kind.KEY_MATTER, Priority.P3, Hours.BUSINESS, (120, 120, 10 * DAY)),
        (Kind.LEGACY_ISSUE, Priority.P3, Hours.BUSINESS, (DAY, 3 * DAY, None)),
        (Kind.COMPLAINT, Priority.P4, Hours.BUSINESS, (DAY, 3 * DAY, None)),
    ],
)
def test_the_table_of_deadlines(
    kind: Kind, priority: Priority, hours: Hours, minutes: tuple[int | None, ...]
) -> None:
    start = local(12, 8, 30)  # a Monday
    sla = POLICY.agreed(kind, priority, start)
    dues = [sla.due(clock) for clock in Clock]
    elapsed = tuple(due and china().elapsed(start, due, hours) // MINUTE for due in dues)
    assert (sla.hours, elapsed) == (hours, minutes)


def test_what_pauses_the_clocks_and_what_does_not() -> None:
    assert {*Wait} - POLICY.pausing == {Wait.CONTRACTOR}


# --- the calendar ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2020, 9, 30), True),
        (date(2020, 10, 1), False),
        (date(2020, 10, 8), False),
        (date(2020, 10, 10), True),  # a Saturday that makes up for a holiday
        (date(2020, 10, 11), False),
        (date(2021, 2, 20), True),
        (date(2026, 10, 7), False),
        (date(2031, 10, 1), True),  # not announced yet: a Wednesday
        (date(2031, 10, 4), False),
    ],
)
def test_holidays_and_make_up_days_are_those_announced(day: date, works: bool) -> None:
    assert china().works(day) is works


@pytest.mark.parametrize(
    ("start", "end", "sure"),
    [
        (datetime(2020, 9, 30, tzinfo=UTC), datetime(2021, 2, 1, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), False),
        (datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC), False),
    ],
)
def test_a_year_without_holidays_announced_is_provisional(
    start: datetime, end: datetime, sure: bool
) -> None:
    known = Calendar(SHANGHAI, years=frozenset(range(2004, 2027)))
    assert known.provisional(start, end) is not sure


def test_a_deadline_in_such_a_year_says_so_and_one_round_the_clock_needs_no_calendar() -> None:
    then = datetime(2150, 3, 2, 1, 0, tzinfo=UTC)
    assert POLICY.agreed(Kind.COMPLAINT, Priority.P3, then).provisional
    assert not POLICY.agreed(Kind.COMPLAINT, Priority.P1, then).provisional


def test_what_was_provisional_stays_so_after_a_pause_and_a_pause_may_lead_there() -> None:
    then = datetime(2150, 3, 2, 1, 0, tzinfo=UTC)
    clocks = {Clock.RESOLVE: 0}
    unsure = POLICY.agreed(Kind.COMPLAINT, Priority.P3, then)
    assert POLICY.shifted(unsure, {}, then, then).provisional
    far = datetime(2150, 1, 1, tzinfo=UTC)
    assert POLICY.shifted(P3, clocks, local(9, 9, 0), far).provisional
    lift = POLICY.agreed(Kind.COMPLAINT, Priority.P1, then)
    assert not POLICY.shifted(lift, clocks, then, then + 60 * MINUTE).provisional


def test_work_that_ends_with_the_day_is_due_that_evening() -> None:
    due = china().due(local(12, 8, 30), DAY * MINUTE, Hours.BUSINESS)
    assert due == local(12, 18, 0)
    assert china().due(due, MINUTE, Hours.BUSINESS) == local(13, 8, 31)


def test_nothing_to_do_is_due_at_once_even_at_night() -> None:
    assert china().due(local(12, 3, 0), timedelta(), Hours.BUSINESS) == local(12, 3, 0)


def test_hours_that_end_before_they_begin_are_none() -> None:
    with pytest.raises(ValueError, match="no hour"):
        Calendar(SHANGHAI, opens=time(18), closes=time(9))


def test_a_day_that_an_island_never_had_is_not_counted() -> None:
    apia = Calendar(ZoneInfo("Pacific/Apia"))  # Friday, 2011-12-30 did not exist
    start = datetime(2011, 12, 29, 18, 0, tzinfo=apia.zone)
    due = apia.due(start, MINUTE, Hours.BUSINESS)
    assert due == datetime(2012, 1, 2, 8, 31, tzinfo=apia.zone)


def test_a_night_in_which_clocks_change_is_as_long_as_it_is() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Calendar(berlin, time(1), time(5), workdays=frozenset({date(2021, 3, 28)}))
    start, end = (datetime(2021, 3, 28, hour, tzinfo=berlin) for hour in (1, 5))
    assert end - start == timedelta(hours=4)  # what Python says of two times of one zone
    for hours in Hours:
        assert night.elapsed(start, end, hours) == timedelta(hours=3)


# --- whatever the calendar -------------------------------------------------------------------

ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe",
    "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kwajalein", "UTC",
)  # fmt: skip
DAYS = st.dates(date(1985, 1, 1), date(2030, 12, 31))
SETS = st.frozensets(DAYS, max_size=20)
TIMES = st.times().map(lambda t: t.replace(tzinfo=None))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    opens, closes = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    if (closes.hour, closes.minute) == (opens.hour, opens.minute):
        opens, closes = time(8, 30), time(18)  # a day of a second would never end
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    return Calendar(zone, opens, closes, draw(SETS), draw(SETS))


CALENDARS = st.just(china()) | calendars()
MOMENTS = st.datetimes(
    datetime(1986, 1, 1), datetime(2029, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)
)
# An hour never ends where a day has a minute of work, so this is measured in what a day holds.
SHARES = st.integers(0, 40)
HOURS = st.sampled_from(Hours)
SAMOA = Calendar(ZoneInfo("Pacific/Apia"), time(0), time(23, 59, 59))
EVE = datetime(2011, 12, 29, 12, 0, tzinfo=UTC)


def work(calendar: Calendar, share: int) -> timedelta:
    """`share` quarters of a working day."""
    day = datetime.combine(date.min, calendar.closes) - datetime.combine(date.min, calendar.opens)
    return day * share / 4


@given(CALENDARS, MOMENTS, SHARES, SHARES, HOURS)
@example(SAMOA, EVE, 6, 6, Hours.BUSINESS)
def test_work_done_in_two_parts_is_due_when_it_is_due_at_once(
    calendar: Calendar, start: datetime, one: int, two: int, hours: Hours
) -> None:
    a, b = work(calendar, one), work(calendar, two)
    halfway = calendar.due(start, a, hours)
    assert calendar.due(halfway, b, hours) == calendar.due(start, a + b, hours)


@given(CALENDARS, MOMENTS, SHARES, HOURS)
@example(SAMOA, EVE, 9, Hours.BUSINESS)
def test_what_elapses_until_it_is_due_is_the_work(
    calendar: Calendar, start: datetime, share: int, hours: Hours
) -> None:
    todo = work(calendar, share)
    assert calendar.elapsed(start, calendar.due(start, todo, hours), hours) == todo


@given(CALENDARS, st.tuples(MOMENTS, MOMENTS), SHARES, SHARES, HOURS)
def test_later_or_more_is_never_due_earlier(
    calendar: Calendar, starts: tuple[datetime, datetime], less: int, more: int, hours: Hours
) -> None:
    first, last = sorted(at.astimezone(UTC) for at in starts)
    todo = work(calendar, less)
    due = calendar.due(first, todo, hours)
    assert first <= due <= calendar.due(last, todo, hours)
    assert due <= calendar.due(first, todo + work(calendar, more), hours)


NEAR = st.timedeltas(timedelta(days=-30), timedelta(days=30))


@given(CALENDARS, MOMENTS, NEAR, NEAR, HOURS)
@example(SAMOA, EVE, timedelta(days=1), timedelta(days=2), Hours.BUSINESS)
def test_what_elapses_adds_up_and_is_never_negative_nor_more_than_went_by(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta, hours: Hours
) -> None:
    base = start.astimezone(UTC)
    first, middle, last = sorted([base, base + one, base + two])
    parts = [calendar.elapsed(first, middle, hours), calendar.elapsed(middle, last, hours)]
    assert sum(parts, timedelta()) == calendar.elapsed(first, last, hours)
    assert timedelta() <= parts[0] <= middle - first
    assert calendar.elapsed(last, first, hours) == timedelta()


@given(MOMENTS, st.sampled_from(Kind), st.sampled_from(Priority))
def test_somebody_is_warned_before_it_is_due(
    start: datetime, kind: Kind, priority: Priority
) -> None:
    sla = POLICY.agreed(kind, priority, start)
    for clock in Clock:
        warn, due = sla.warn(clock), sla.due(clock)
        assert warn == due is None or (warn and due and start.astimezone(UTC) < warn < due)


@given(MOMENTS, NEAR, st.frozensets(st.sampled_from(Clock)))
def test_a_pause_moves_what_runs_and_nothing_else(
    start: datetime, length: timedelta, clocks: frozenset[Clock]
) -> None:
    sla = POLICY.agreed(Kind.COMPLAINT, Priority.P3, start)
    begin = start.astimezone(UTC)
    shifted = POLICY.shifted(sla, dict.fromkeys(clocks, 0), begin, begin + length)
    for clock in Clock:
        before, after = sla.due(clock), shifted.due(clock)
        assert before
        assert after
        assert after >= before
        assert after == before or clock in clocks
    assert Sla.model_validate_json(shifted.model_dump_json()) == shifted
