"""A steward's buildings: whose household has an open case, an overdue elder, an unpaid period."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.views.tests.a_log import Log
from services.views.tests.conftest import Views
from services.views.tests.test_directory_boards import asked
from services.views.tests.test_norm_board import moment

NOW = datetime(2020, 9, 1, tzinfo=UTC)
VISIT: dict[str, Any] = {
    "elder_id": "sun", "starts_at": "2020-08-01T09:00:00+08:00",
    "ends_at": "2020-08-01T11:00:00+08:00",
}  # fmt: skip


def a_building() -> Log:
    """Deng has building 3 since January, and had 4 in spring. In 3: 1101 with Sun, whose visit was
    missed; 1102, with a case and a bill; 1103 with nothing. And a case of the stairs."""
    log = Log()
    log.estate("s", "StewardAppointed", "steward_id")
    log.estate("s", "StewardAssigned", "steward_id")
    spring = {"building_id": "4", "from_on": "2020-03-01", "to_on": "2020-05-31", "lead": False}
    log.estate("s", "StewardAssigned", "steward_id", assignment_no=2, **spring)
    for no in ("1101", "1102", "1103"):
        log.unit(no, "UnitRegistered", unit_id=f"3-2-{no}", unit_no=f"2-{no}")
    log.unit("1101", "ResidentMovedIn", unit_id="3-2-1101", person_id="sun")
    log.unit("1103", "ResidentMovedIn", unit_id="3-2-1103", person_id="qi")
    log.case("c", "CaseOpened", case_no="XX-1")
    log.case("d", "CaseOpened", case_no="XX-2", place={"building_id": "3"})
    log.case("e", "CaseOpened", case_no="XX-3")
    log.case("e", "CaseRejected", reason="abusive")
    log.fees("3-2-1102", "FeeAccountOpened", building_id="3")
    log.fees("3-2-1102", "BillIssued", building_id="3", bill_no="B-2020-Q2", amount_fen=50_000)
    log.visit("v", "VisitScheduled", **VISIT)
    log.visit("v", "VisitMissed", **VISIT)
    return log


def at(views: Views) -> None:
    views.app.state.store = replace(views.app.state.store, clock=lambda: moment(NOW))


async def test_households_with_something_to_do_are_told_to_their_steward(views: Views) -> None:
    """Checked by telling all homes: 1103 is among them."""
    await views.project(a_building().records)
    at(views)
    (building,) = await asked(views, "deng", "/my-buildings", xx="steward")
    assert (building["building_id"], building["lead"], building["units"]) == ("3", True, 3)
    assert building["common_cases"] == ["XX-2"]
    assert building["homes"] == [
        {
            "unit_id": "3-2-1101", "unit_no": "2-1101", "open_cases": [],
            "overdue_elders": ["sun"], "unpaid_periods": [], "owed_fen": 0,
        },
        {
            "unit_id": "3-2-1102", "unit_no": "2-1102", "open_cases": ["XX-1"],
            "overdue_elders": [], "unpaid_periods": ["2020-Q2"], "owed_fen": 50_000,
        },
    ]  # fmt: skip


async def test_any_building_can_be_looked_at_by_staff_and_none_by_residents(views: Views) -> None:
    """Checked by telling everybody of elders: an operator learns who Sun is."""
    await views.project(a_building().records)
    at(views)
    (building,) = await asked(views, "desk", "/my-buildings?building_id=3", xx="operator")
    assert building["lead"] is None
    assert [(home["unit_no"], home["overdue_elders"]) for home in building["homes"]] == [
        ("2-1102", None)
    ]
    assert await asked(views, "desk", "/my-buildings", xx="operator") == []
    assert await asked(views, "deng", "/my-buildings", xx="resident") == []
    assert await asked(views, "deng", "/my-buildings?building_id=3", xx="resident") == []
    await asked(views, "desk", "/my-buildings?estate=zz", 404, xx="operator")


async def test_an_elder_who_was_seen_since_is_not_overdue(views: Views) -> None:
    """Checked by asking for any visit that was missed."""
    log = a_building()
    later = {"starts_at": "2020-08-08T09:00:00+08:00", "ends_at": "2020-08-08T11:00:00+08:00"}
    log.visit("w", "VisitScheduled", **VISIT | later)
    log.visit("w", "VisitDeclined", **VISIT | later)
    await views.project(log.records)
    at(views)
    (building,) = await asked(views, "deng", "/my-buildings", xx="steward")
    assert [home["unit_no"] for home in building["homes"]] == ["2-1102"]
