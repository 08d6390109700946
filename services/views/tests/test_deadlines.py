"""What is due next, and how a due time was computed."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from linli_views.deadlines import DEADLINES, Deadlines
from linli_views.explained import _line

from services.views.tests.a_log import Log, folded

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=SHANGHAI)


OPENED, ACK, FIRST, RESOLVE = (
    at(9, 30, 16, 30), at(10, 9, 9, 0), at(10, 9, 9, 0), at(10, 21, 16, 30),
)  # fmt: skip
SLA: dict[str, Any] = {
    "policy_version": "default-1", "hours": "business", "since": OPENED.isoformat(),
    "ack_due": ACK.isoformat(), "first_response_due": FIRST.isoformat(),
    "resolve_due": RESOLVE.isoformat(), "ack_min": 120, "first_response_min": 120,
    "resolve_min": 5700, "anchor": "12345", "calendar": "State Council",
    "holidays": ["2020-10-01", "2020-10-02"], "workdays": ["2020-10-10"],
}  # fmt: skip


def opened(**change: Any) -> Log:
    log = Log()
    log.case("c", "CaseOpened", sla=SLA | change)
    return log


def only(log: Log) -> Deadlines:
    row: Deadlines
    (row,) = folded(DEADLINES, log.records).rows.values()
    return row


def test_the_first_of_the_clocks_that_run_is_due_next() -> None:
    log = opened(ack_due=at(9, 30, 17, 0).isoformat())
    assert only(log).next_due == at(9, 30, 17, 0)
    log.case("c", "CaseAcknowledged")
    assert (only(log).next_due, only(log).running) == (FIRST, ("first_response", "resolve"))
    log.case("c", "ReporterAnswered", channel="phone")
    assert only(log).next_due == RESOLVE


def test_what_is_overdue_stays_due_until_it_is_done() -> None:
    log = opened()
    log.case("c", "CaseAcknowledged")
    log.case("c", "SlaBreached", clock="first_response", due=FIRST.isoformat())
    log.case("c", "CaseEscalated", level=2, to_role="estate_manager", cause="no_ack")
    row = only(log)
    assert (row.breached, row.next_due, row.escalation_level) == (("first_response",), FIRST, 2)
    log.case("c", "CaseAssigned", assignee_id="deng")
    assert (only(log).next_due, only(log).assignee_id) == (FIRST, "deng")


def test_while_it_waits_nothing_is_due_and_then_what_the_pause_has_made_of_it() -> None:
    log = opened()
    log.case("c", "CaseSuspended", wait_for="resident", paused=True)
    assert only(log).next_due is None
    later = at(10, 23, 16, 30)
    moved = SLA | {"resolve_due": later.isoformat(), "paused_min": 1140}
    log.case("c", "CaseResumed", cause="until", sla=moved)
    assert (only(log).next_due, only(log).resolve_due, only(log).paused_min) == (ACK, later, 1140)
    log.case("c", "CaseSuspended", wait_for="contractor", paused=False)
    assert only(log).next_due == ACK
    log.case("c", "CaseResumed", cause="asked")
    assert only(log).next_due == ACK


@pytest.mark.parametrize(
    "name", ["CaseRejected", "CaseMerged", "CaseTransferred", "CaseWithdrawn", "CaseResolved"]
)
def test_nothing_is_due_of_a_case_that_is_over_nor_when_it_is_taken_up_again(name: str) -> None:
    log = opened()
    log.case("c", name, reason="abusive", into="0192a000-0000-7000-8000-000000000002")
    assert (only(log).next_due, only(log).running) == (None, ())
    log.case("c", "CaseReopened", cause="operator", n=1)
    assert only(log).next_due is None


def test_a_case_from_before_there_were_deadlines_is_not_on_the_board() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "CaseAcknowledged")
    assert [row for row in folded(DEADLINES, log.records).rows.values() if row] == []


def test_how_it_was_computed_is_told_in_both_languages() -> None:
    line = _line(only(opened()), "resolve")
    assert line
    assert line.text_zh == (
        "自 2020-09-30 16:30 起 5700 个工作分钟，不计 2020-10-01、2020-10-02，计入 2020-10-10："
        "截止 2020-10-21 16:30。"
    )
    assert line.text_en == (
        "5700 business minutes from 2020-09-30 16:30, without 2020-10-01, 2020-10-02, with"
        " 2020-10-10: due 2020-10-21 16:30."
    )
    paused = _line(only(opened(paused_min=1140, hours="24x7", holidays=[], workdays=[])), "ack")
    assert paused
    assert paused.text_en.startswith("120 minutes from 2020-09-30 16:30, at most 1140 paused: due")
    assert _line(only(opened(resolve_due=None)), "resolve") is None
