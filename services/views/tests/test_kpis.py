"""Headline figures: each definition, on the facts that make or break it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from linli_views.figures import Counted, Figure, Window, lives
from linli_views.headline import HEADLINE
from linli_views.kpis import KPIS

from services.views.tests.a_log import BEGIN, Log, folded, uid

YEAR = Window.parse("2020-04-01/2021-04-01")


def counted(log: Log, name: str, window: Window = YEAR) -> Counted:
    return KPIS[name].count(lives(folded(HEADLINE, log.records).lines), window)


def value(log: Log, name: str, window: Window = YEAR) -> int | None:
    return counted(log, name, window).value


def resolved(log: Log, case: object, kind: str = "complaint") -> None:
    log.case(case, "CaseOpened", kind=kind)
    log.case(case, "CaseResolved", kind=kind)


def mediated(log: Log, dispute: object, outcome: str) -> None:
    log.dispute(dispute, "DisputeFiled")
    log.dispute(dispute, "DisputeMediated", outcome=outcome)


def a_year_of_fees(log: Log) -> None:
    """2,160 units, 900.00 each a quarter. In the first 1,574,640.00 came in of 1,944,000.00; in the
    last 4,000.00 were waived, 1,785,190.00 came in, and 1,987 units owe nothing more."""
    for n in range(2_160):
        for period in ("2020-Q2", "2021-Q1"):
            log.fees(n, "BillIssued", bill_no=f"B-{period}", amount_fen=90_000)
        paid = 90_000 if n < 1_749 else 54_000 if n == 1_749 else 0
        if paid:
            log.fees(n, "PaymentRecorded", amount_fen=paid, bills={"B-2020-Q2": paid})
        if n < 40:
            log.fees(n, "BillWaived", bill_no="B-2021-Q1", amount_fen=10_000)
        paid = 80_000 if n < 40 else 90_000 if n < 1_987 else 89_000 if n == 1_987 else 0
        if paid:
            log.fees(n, "PaymentRecorded", amount_fen=paid, bills={"B-2021-Q1": paid})


def test_the_year_at_xx_gives_the_figures_of_scenario_a1() -> None:
    log = Log()
    for n in range(341):
        log.case(n, "CaseOpened")
        if n < 309:
            log.case(n, "CaseResolved")
        if n < 22:
            log.case(n, "CaseReopened", cause="reporter", n=1)
            log.case(n, "CaseResolved")
        if n < 248:
            log.case(n, "CaseRated", score=4 if n < 231 else 3, solved=True)
        if n >= 309 and n < 326:
            log.case(n, "CaseMerged", into=str(uid(0)))
        if n >= 326 and n < 330:
            log.case(n, "CaseRejected", reason="abusive")
        if n >= 330 and n < 336:
            log.case(n, "CaseWithdrawn")
    for n in range(15):
        log.case(f"legacy {n}", "CaseOpened", kind="legacy_issue")
        if n < 13:
            log.case(f"legacy {n}", "CaseResolved", kind="legacy_issue")
    outcomes = ["settled_written", "settled_oral", "not_settled"]
    for n in range(65):
        mediated(log, f"d{n}", outcomes[(n >= 38) + (n >= 58)])
    for n in range(65, 71):
        log.dispute(f"d{n}", "DisputeFiled")
    a_year_of_fees(log)
    assert {name: value(log, name) for name in KPIS} == {
        "complaints_opened": 341,
        "complaints_resolved": 309,
        "legacy_resolved": 13,
        "disputes_filed": 71,
        "disputes_mediated": 65,
        "mediation_success_bp": 8923,
        "resolution_bp": 9841,
        "satisfaction_bp": 9315,
        "reopen_bp": 712,
        "fee_rate_bp": 9202,
        "fee_rate_first_bp": 8100,
        "fee_household_bp": 9199,
        "arrears_recovery_bp": None,
        "stewards_active": 0,
    }


@pytest.mark.parametrize("name", [name for name in KPIS if name.endswith("_bp")])
def test_a_rate_of_nothing_is_null(name: str) -> None:
    assert value(Log(), name) is None


def test_rates_are_rounded_half_up_once() -> None:
    def rate(part: int, whole: int) -> int | None:
        log = Log()
        for n in range(whole):
            mediated(log, n, "settled_oral" if n < part else "not_settled")
        return value(log, "mediation_success_bp")

    assert rate(1, 3) == 3333
    assert rate(2, 3) == 6667
    assert rate(1, 32) == 313  # 312.5


def test_a_reopening_removes_a_resolution_and_another_one_counts_once() -> None:
    log = Log()
    resolved(log, "c")
    log.case("c", "CaseReopened", cause="reporter", n=1)
    assert value(log, "complaints_resolved") == 0
    assert value(log, "reopen_bp") == 10_000
    log.case("c", "CaseResolved")
    log.case("c", "CaseClosed", confirmed_by="reporter")
    assert value(log, "complaints_resolved") == 1


def test_the_latest_resolution_says_in_which_window_a_case_was_resolved() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "CaseResolved", at=datetime(2020, 5, 1, tzinfo=UTC))
    log.case("c", "CaseReopened", cause="reporter", n=1, at=datetime(2020, 6, 1, tzinfo=UTC))
    log.case("c", "CaseResolved", at=datetime(2021, 5, 1, tzinfo=UTC))
    assert value(log, "complaints_resolved") == 0
    assert value(log, "complaints_resolved", Window.parse("2021-04-01/2022-04-01")) == 1


def test_windows_begin_and_end_at_local_midnight_the_end_not_included() -> None:
    day, midnight = Window.parse("2020-05-01/2020-05-02"), datetime(2020, 4, 30, 16, tzinfo=UTC)
    for at, inside in (
        (midnight - timedelta(microseconds=1), 0),
        (midnight, 1),
        (midnight + timedelta(days=1, microseconds=-1), 1),
        (midnight + timedelta(days=1), 0),
    ):
        log = Log()
        log.case("c", "CaseOpened", at=at)
        assert value(log, "complaints_opened", day) == inside


def test_a_merged_child_counts_as_opened_and_neither_as_resolved_nor_against_the_rate() -> None:
    log = Log()
    resolved(log, "parent")
    log.case("child", "CaseOpened")
    log.case("child", "CaseMerged", into=str(uid("parent")))
    assert value(log, "complaints_opened") == 2
    assert value(log, "complaints_resolved") == 1
    assert value(log, "resolution_bp") == 10_000


def test_kinds_are_counted_apart_and_ratings_are_those_of_complaints() -> None:
    log = Log()
    resolved(log, "r", "repair")
    log.case("r", "CaseRated", kind="repair", score=1, solved=False)
    resolved(log, "l", "legacy_issue")
    assert [value(log, n) for n in ("complaints_resolved", "legacy_resolved")] == [0, 1]
    assert value(log, "satisfaction_bp") is None


def test_the_digest_is_of_the_sorted_ids_of_the_events_counted() -> None:
    log = Log()
    ids = [str(log.case(n, "CaseOpened").id) for n in range(5)]
    log.case(0, "CaseResolved")
    made = counted(log, "complaints_opened")
    assert made.ids == sorted(ids)
    assert made.digest == sha256("\n".join(sorted(ids)).encode()).hexdigest()


def test_the_order_in_which_facts_are_given_changes_nothing() -> None:
    log = Log()
    resolved(log, "c")
    log.case("c", "CaseReopened", cause="operator", n=1)
    mediated(log, "d", "settled_oral")
    lines: list[Figure] = list(folded(HEADLINE, log.records).lines)
    for name, definition in KPIS.items():
        backwards = definition.count(lives(reversed(lines)), YEAR)
        assert (backwards.value, backwards.ids) == (value(log, name), counted(log, name).ids)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    for text in ("2021-04-01/2020-04-01", "2020-04-01/2020-04-01", "2020-04-01", "x/y"):
        with pytest.raises(ValueError, match=r".+"):
            Window.parse(text)
    assert YEAR.instants[0] < BEGIN
