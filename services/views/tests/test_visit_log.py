"""What the visit log shows after each fact, and what it never does."""

from dataclasses import astuple, fields

import pytest
from linli_views.visit_log import VISITS, Visit

from services.views.tests.a_log import Log, folded, golden, uid


def only(log: Log) -> Visit:
    (visit,) = folded(VISITS, log.records).rows.values()
    assert isinstance(visit, Visit)
    return visit


def assigned() -> Log:
    log = Log()
    log.visit("v", "VisitScheduled")
    log.visit("v", "VisitorAssigned")
    return log


def test_a_scheduled_visit_shows_whom_it_is_to_and_when() -> None:
    log = Log()
    fact = log.visit("v", "VisitScheduled")
    visit = only(log)
    assert (visit.visit_id, visit.state, visit.tier) == (uid("v"), "planned", "key")
    assert (visit.elder_id, visit.visitor_id) == ("elder-luo", None)
    assert visit.starts_at.isoformat() == "2020-12-08T10:00:00+08:00"
    assert (visit.changed_at, visit.version) == (fact.recorded_at, 1)


@pytest.mark.parametrize(
    ("name", "state", "came"),
    [
        ("VisitCompleted", "completed", True),
        ("VisitNoAnswer", "no_answer", True),
        ("VisitMissed", "missed", False),
        ("VisitDeclined", "declined", False),
    ],
)
def test_a_visit_ends_in_one_of_four_ways_with_its_times(name: str, state: str, came: bool) -> None:
    log = assigned()
    visit = only(log)
    assert (visit.state, visit.visitor_id) == ("assigned", "tang")
    assert visit.arrive_by is not None
    arrived = log.visit("v", "VisitorArrived") if came else None
    ended = log.visit("v", name)
    visit = only(log)
    assert (visit.state, visit.ended_at) == (state, ended.occurred_at)
    assert visit.arrived_at == (arrived.occurred_at if arrived else None)


def test_how_the_elder_is_and_why_they_would_see_nobody_is_not_in_the_log() -> None:
    log = assigned()
    said = golden("volunteers", "VisitCompleted")
    assert {"wellbeing", "checklist", "needs"} <= said.keys()
    log.visit("v", "VisitCompleted", wellbeing=1, needs=["medicine"])
    log.visit("v", "VisitDeclined", reason="身体不适")
    shown = repr(astuple(only(log)))
    assert "medicine" not in shown
    assert "身体不适" not in shown
    assert not {"wellbeing", "checklist", "needs", "reason"} & {f.name for f in fields(Visit)}
