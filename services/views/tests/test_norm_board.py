"""Service norms: what was found month by month, what was missed, and the audit over estates."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from linli_views.norm_board import NORMS, Norm

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views
from services.views.tests.test_directory_boards import asked

ITEMS = ["place", "sign", "rules", "supervision"]


def check(log: Log, period: str, met: int, **more: Any) -> None:
    """Of which the first `met` items were met."""
    log.estate(
        "n",
        "NormCheckRecorded",
        "norm_id",
        period=period,
        met=ITEMS[:met],
        unmet=ITEMS[met:],
        **more,
    )


def a_year() -> Log:
    """January checked; February missed, and checked late; March missed; April checked twice."""
    log = Log()
    log.estate("n", "NormChecksBegun", "norm_id")
    check(log, "2020-01", 3)
    log.estate("n", "NormCheckOverdue", "norm_id", period="2020-02")
    check(log, "2020-02", 4)
    log.estate("n", "NormCheckOverdue", "norm_id", period="2020-03")
    check(log, "2020-04", 1)
    check(log, "2020-04", 2, photo_refs=["p-2"])
    return log


def test_the_last_check_of_a_month_counts_and_a_month_without_one_is_overdue() -> None:
    log = a_year()
    norm: Norm = folded(NORMS, log.records).rows["xx", uid("n")]
    assert [(c["period"], len(c["met"]), len(c["unmet"])) for c in norm.checks] == [
        ("2020-01", 3, 1), ("2020-02", 4, 0), ("2020-04", 2, 2),
    ]  # fmt: skip
    assert norm.checks[-1]["photo_refs"] == ["p-2"]
    assert (norm.missed, norm.overdue) == (("2020-02", "2020-03"), ("2020-03",))
    assert (norm.state, norm.responsible_id, norm.version) == ("overdue", "zhao", 7)
    check(log, "2020-03", 4)
    assert folded(NORMS, log.records).rows["xx", uid("n")].state == "kept"


def test_somebody_else_answers_and_an_end_is_no_end_for_ever() -> None:
    log = a_year()
    log.estate("n", "NormChecksEnded", "norm_id")
    assert folded(NORMS, log.records).rows["xx", uid("n")].state == "ended"
    log.estate("n", "NormChecksBegun", "norm_id", responsible_id="deng")
    norm: Norm = folded(NORMS, log.records).rows["xx", uid("n")]
    assert (norm.state, norm.responsible_id, len(norm.checks)) == ("overdue", "deng", 3)


async def test_norms_are_for_staff_with_their_history(views: Views) -> None:
    await views.project(a_year().records)
    (norm,) = (await asked(views, "song", "/norms?state=overdue", xx="region_user"))["items"]
    path = f"/norms/{uid('n')}"
    assert await asked(views, "song", path, xx="steward") == norm
    for query in ("state=kept", "norm=living"):
        assert (await asked(views, "song", f"/norms?{query}", xx="steward"))["items"] == []
    told = (await asked(views, "song", f"{path}/history", xx="steward"))["items"]
    assert [line["text_zh"] for line in told][:3] == [
        "服务规范（四有）自 2020-01 起每月检查", "2020-01 已检查（四有）：4 项中 3 项达标",
        "2020-02 未检查（四有）",
    ]  # fmt: skip
    for missing in (path, f"{path}/history"):
        await asked(views, "li", missing, 404, xx="resident")
    assert (await asked(views, "li", "/norms", xx="resident"))["items"] == []


async def test_the_audit_counts_months_and_items_and_shows_how_they_go_on(views: Views) -> None:
    """Checked by taking a month that was checked late for one in time."""
    await views.project(a_year().records)
    told = replace(views.app.state.store, clock=lambda: moment(datetime(2020, 5, 1, tzinfo=UTC)))
    views.app.state.store = told
    (found,) = await asked(views, "song", "/norm-audit", xx="company_user")
    assert found["months"] == [
        {"period": "2020-01", "met_bp": 7500, "late": False},
        {"period": "2020-02", "met_bp": 10_000, "late": True},
        {"period": "2020-03", "met_bp": None, "late": True},
        {"period": "2020-04", "met_bp": 5000, "late": False},
    ]
    assert (found["due"], found["checked"], found["in_time"]) == (4, 3, 2)
    assert (found["checked_bp"], found["met_bp"]) == (5000, 7500)
    assert found["items_bp"] == {
        "place": 10_000, "sign": 10_000, "rules": 6667, "supervision": 3333,
    }  # fmt: skip
    (short,) = await asked(views, "song", "/norm-audit?months=2&norm=service", xx="steward")
    assert [month["period"] for month in short["months"]] == ["2020-04"]
    assert await asked(views, "song", "/norm-audit?norm=living", xx="steward") == []
    assert await asked(views, "li", "/norm-audit", xx="resident") == []
    await asked(views, "song", "/norm-audit?estate=zz", 404, xx="steward")


async def moment(at: datetime) -> datetime:
    return at
