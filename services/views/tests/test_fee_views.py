"""Fees: accounts with their bills, and rates by building and period, to the fen."""

from datetime import UTC, datetime
from typing import Any

import pytest
from linli_views import fee_kpis
from linli_views.fee_board import ACCOUNTS, Account
from linli_views.figures import Counted, Window, lives
from linli_views.headline import HEADLINE
from linli_views.kpis import KPIS

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views

Q2, Q3 = "B-2020-Q2", "B-2020-Q3"
YEAR = Window.parse("2020-04-01/2021-04-01")


def billed(log: Log, unit: object, *bills: str, **data: Any) -> None:
    log.fees(unit, "FeeAccountOpened", **data)
    for bill in bills:
        log.fees(unit, "BillIssued", bill_no=bill, amount_fen=90_000, **data)


def paid(log: Log, unit: object, no: str = "P1", amount_fen: int = 0, **data: Any) -> None:
    amount = amount_fen or sum(data["bills"].values())
    log.fees(unit, "PaymentRecorded", payment_no=no, amount_fen=amount, **data)


def counted(log: Log, name: str, window: Window = YEAR) -> Counted:
    return KPIS[name].count(lives(folded(HEADLINE, log.records).lines), window)


def value(log: Log, name: str, window: Window = YEAR) -> int | None:
    return counted(log, name, window).value


def row(log: Log, unit: object) -> Account:
    found: Account = folded(ACCOUNTS, log.records).rows["xx", uid(f"fees {unit}")]
    return found


def test_an_account_shows_what_is_owed_of_each_bill_and_what_is_prepaid() -> None:
    log = Log()
    billed(log, "u", Q2, Q3)
    paid(log, "u", amount_fen=100_000, bills={Q2: 50_000})
    log.fees("u", "BillWaived", bill_no=Q3, amount_fen=10_000)
    assert (row(log, "u").owed_fen, row(log, "u").prepaid_fen) == (120_000, 50_000)
    more = {Q2: 30_000, Q3: 20_000}
    log.fees("u", "PrepaymentAllocated", payment_no="P1", amount_fen=50_000, bills=more)
    found = row(log, "u")
    settled = [(bill["paid_fen"], bill["waived_fen"]) for bill in found.bills]
    assert settled == [(80_000, 0), (20_000, 10_000)]
    assert (found.owed_fen, found.prepaid_fen, found.version) == (70_000, 0, 6)


def test_a_reversal_that_names_a_bill_twice_gives_all_of_it_back() -> None:
    """Seen red with a reversal that gives back only the last allocation to a bill."""
    log = Log()
    billed(log, "u", Q2)
    paid(log, "u", amount_fen=80_000, bills={Q2: 50_000})
    log.fees("u", "PrepaymentAllocated", payment_no="P1", amount_fen=30_000, bills={Q2: 30_000})
    share = {"bill_no": Q2, "period": "2020-Q2", "begins_on": "2020-04-01"}
    both = [share | {"amount_fen": fen} for fen in (50_000, 30_000)]
    log.fees("u", "PaymentReversed", payment_no="P1", amount_fen=80_000, allocations=both)
    found = row(log, "u")
    assert (found.owed_fen, found.prepaid_fen, found.owing) == (90_000, 0, True)
    assert value(log, "fee_rate_bp") == 0


def test_a_payment_for_two_periods_counts_in_each() -> None:
    log = Log()
    billed(log, "u", Q2, Q3)
    paid(log, "u", bills={Q2: 90_000, Q3: 45_000})
    assert (value(log, "fee_rate_first_bp"), value(log, "fee_rate_bp")) == (10_000, 5_000)


def test_prepaid_money_is_received_when_it_goes_to_a_bill() -> None:
    log = Log()
    billed(log, "u", Q2)
    log.fees("u", "PaymentRecorded", payment_no="P1", amount_fen=90_000, allocations=[])
    assert value(log, "fee_rate_bp") == 0
    log.fees("u", "PrepaymentAllocated", payment_no="P1", amount_fen=90_000, bills={Q2: 90_000})
    assert value(log, "fee_rate_bp") == 10_000


def test_a_wholly_waived_bill_is_not_billed_and_a_partly_waived_one_can_be_paid_in_full() -> None:
    log = Log()
    for unit in ("a", "b", "c"):
        billed(log, unit, Q2)
    log.fees("a", "BillWaived", bill_no=Q2, amount_fen=90_000)
    log.fees("b", "BillWaived", bill_no=Q2, amount_fen=40_000)
    paid(log, "b", bills={Q2: 50_000})
    assert value(log, "fee_household_bp") == 5_000
    assert value(log, "fee_rate_bp") == 3_571  # 500.00 of 1,400.00


def test_rates_are_rounded_half_up_once_at_the_end() -> None:
    """1/32 is 312.5 bp; rounded by unit it would be another number."""
    log = Log()
    for unit in range(32):
        billed(log, unit, Q2)
    paid(log, 0, bills={Q2: 90_000})
    assert value(log, "fee_rate_bp") == 313
    assert value(log, "fee_household_bp") == 313


def test_a_period_is_of_the_window_in_which_it_begins_however_late_it_is_paid() -> None:
    log = Log()
    billed(log, "u", Q2)
    late = datetime(2021, 5, 1, tzinfo=UTC)
    paid(log, "u", bills={Q2: 90_000}, at=late)
    assert value(log, "fee_rate_bp") == 10_000
    assert value(log, "fee_rate_bp", Window.parse("2020-07-01/2020-10-01")) is None


def test_arrears_are_what_was_owed_when_the_window_began() -> None:
    """Seen red without leaving out what was paid before the window."""
    before, within = datetime(2020, 5, 1, tzinfo=UTC), datetime(2020, 8, 1, tzinfo=UTC)
    quarter = Window.parse("2020-07-01/2020-10-01")
    log = Log()
    for unit in ("paid", "half", "waived", "never"):
        billed(log, unit, Q2, Q3, at=before)
    paid(log, "paid", bills={Q2: 90_000}, at=before)
    paid(log, "half", bills={Q2: 45_000}, at=within)
    log.fees("waived", "BillWaived", bill_no=Q2, amount_fen=30_000, at=within)
    assert value(log, "arrears_recovery_bp", quarter) == 1_875  # 450.00 of 2,400.00
    assert value(log, "arrears_recovery_bp", Window.parse("2020-04-01/2020-07-01")) is None
    assert len(counted(log, "arrears_recovery_bp", quarter).ids) == 5


def test_lives_of_cases_have_no_period() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    assert not fee_kpis.periods(lives(folded(HEADLINE, log.records).lines), YEAR)
    assert value(log, "arrears_recovery_bp") is None


async def asked(views: Views, path: str, status: int = 200, role: str = "operator") -> Any:
    async with views.client("desk", xx=role) as client:
        answer = await client.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.json()


async def test_rates_by_building_and_period_are_as_of_any_day(views: Views) -> None:
    log = Log()
    billed(log, "a", Q2, building_id="1")
    billed(log, "b", Q2, Q3, building_id="2")
    paid(log, "a", bills={Q2: 90_000}, building_id="1")
    cut = log.now
    paid(log, "b", bills={Q2: 45_000}, building_id="2")
    await views.project(log.records)
    path = "/kpi/fees?scope=xx&window=2020-04-01/2021-04-01"
    found = await asked(views, path)
    assert [
        (r["building_id"], r["begins_on"], r["fee_rate_bp"], r["fee_household_bp"], r["units"])
        for r in found["items"]
    ] == [
        (None, "2020-04-01", 7_500, 5_000, 2), ("1", "2020-04-01", 10_000, 10_000, 1),
        ("2", "2020-04-01", 5_000, 0, 1), (None, "2020-07-01", 0, 0, 1),
        ("2", "2020-07-01", 0, 0, 1),
    ]  # fmt: skip
    assert (found["items"][0]["receivable_fen"], found["items"][0]["received_fen"]) == (
        180_000, 135_000,
    )  # fmt: skip
    before = await asked(views, f"{path}&as_of={cut.isoformat().replace('+00:00', 'Z')}")
    assert before["items"][0]["fee_rate_bp"] == 5_000
    whole = await asked(views, "/kpi/headline?scope=xx&window=2020-04-01/2020-07-01")
    assert whole["kpis"]["fee_rate_bp"]["value"] == 7_500
    autumn = await asked(views, "/kpi/headline?scope=xx&window=2020-07-01/2020-10-01")
    assert autumn["kpis"]["arrears_recovery_bp"]["value"] == 0
    await asked(views, path, 403, "resident")


async def test_arrears_are_for_staff_alone(views: Views) -> None:
    log = Log()
    billed(log, "a", Q2)
    billed(log, "b")
    log.estate("p", "FeePeriodClosed", "period_id")
    log.estate("i", "BillsImported", "import_id")
    await views.project(log.records)
    (owing,) = (await asked(views, "/fee-accounts?owing=true"))["items"]
    assert (owing["unit_id"], owing["owed_fen"]) == ("a", 90_000)
    path = f"/fee-accounts/{owing['account_id']}"
    assert await asked(views, path) == owing
    told = (await asked(views, f"{path}/history"))["items"]
    assert [line["text_zh"] for line in told][1] == "已开账 B-2020-Q2：2020-Q2 账期，900.00 元"
    for name in ("/fee-periods", "/bill-imports"):
        (one,) = (await asked(views, name))["items"]
        key = "period_id" if name == "/fee-periods" else "import_id"
        assert await asked(views, f"{name}/{one[key]}") == one
        assert (await asked(views, name, role="resident"))["items"] == []
        await asked(views, f"{name}/{one[key]}", 404, "resident")
    assert (await asked(views, "/fee-accounts", role="resident"))["items"] == []
    for hidden in (path, f"{path}/history"):
        await asked(views, hidden, 404, "resident")


@pytest.mark.parametrize("name", sorted(fee_kpis.FEE_KPIS))
def test_what_is_shown_of_fees_is_in_the_one_registry(name: str) -> None:
    assert KPIS[name] is fee_kpis.FEE_KPIS[name]
