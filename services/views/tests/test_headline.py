"""Headline figures over HTTP: traceable, and the past stays as it was known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from linli_shared.kafka import shard_of
from linli_views.kpis import KPIS

from services.views.tests.a_log import Log, uid
from services.views.tests.conftest import Views

WINDOW = "2020-04-01/2021-04-01"


async def asked(client: httpx.AsyncClient, as_of: datetime | None = None) -> dict[str, Any]:
    params = {"scope": "xx", "window": WINDOW} | ({"as_of": as_of.isoformat()} if as_of else {})
    answer = await client.get("/kpi/headline", params=params)
    assert answer.status_code == 200, answer.text
    kpis: dict[str, Any] = answer.json()["kpis"]
    return kpis


def a_year() -> Log:
    log = Log()
    for n in range(6):
        log.case(n, "CaseOpened")
        log.case(n, "CaseResolved")
        log.case(n, "CaseRated", score=n, solved=True)
    log.case("b", "CaseOpened", estate="b")
    log.dispute("d", "DisputeFiled")
    log.dispute("d", "DisputeMediated", outcome="settled_oral")
    return log


async def test_every_figure_says_what_it_was_counted_from(views: Views) -> None:
    log = a_year()
    await views.project(log.records)
    async with views.client("desk", xx="operator") as client:
        found = await asked(client)
        again = await asked(client, log.now)
    assert {name: kpi["value"] for name, kpi in found.items()} == {
        "complaints_opened": 6, "complaints_resolved": 6, "legacy_resolved": 0,
        "disputes_filed": 1, "disputes_mediated": 1, "mediation_success_bp": 10_000,
        "resolution_bp": 10_000, "satisfaction_bp": 3333, "reopen_bp": 0,
        "fee_rate_bp": None, "fee_rate_first_bp": None, "fee_household_bp": None,
        "arrears_recovery_bp": None, "stewards_active": 0,
    }  # fmt: skip
    for name, kpi in found.items():
        assert kpi["scope"] == "xx"
        assert (kpi["window"], kpi["final"]) == (WINDOW, False)
        assert (kpi["definition_version"], kpi["unit"]) == (
            KPIS[name].version, "bp" if name.endswith("_bp") else "count",
        )  # fmt: skip
        assert (kpi["value"], kpi["sha256"]) == (again[name]["value"], again[name]["sha256"])
    assert found["complaints_opened"]["event_count"] == 6
    assert found["satisfaction_bp"]["event_count"] == 6


async def test_an_earlier_as_of_never_changes_whatever_is_recorded_later(views: Views) -> None:
    log = a_year()
    await views.project(log.records)
    cut, inside = log.now, datetime(2020, 4, 2, tzinfo=UTC)
    async with views.client("desk", xx="operator") as client:
        before = await asked(client, cut)
        # Told late: they happened within the window, and before the cut.
        log.case(0, "CaseReopened", cause="reporter", n=1, at=inside)
        log.case("late", "CaseOpened", at=inside)
        log.case("late", "CaseResolved", at=inside)
        log.case(1, "CaseMerged", into=str(uid(2)), at=inside)
        log.dispute("late one", "DisputeMediated", outcome="not_settled", at=inside)
        await views.project(log.records)
        assert await asked(client, cut) == before
        assert (await asked(client, cut - timedelta(minutes=1)))["disputes_mediated"]["value"] == 0
        after = await asked(client, log.now)
    assert after["complaints_opened"]["value"] == 7
    assert after["complaints_resolved"]["value"] == 5
    assert after["disputes_mediated"]["value"] == 2
    assert after["reopen_bp"]["value"] == 1429


async def test_a_figure_is_final_once_no_fact_of_its_past_can_come_any_more(views: Views) -> None:
    """Went red with `<=` in place of `<`: a fact recorded at that very moment may still come."""
    log = a_year()
    log.fees("u", "FeeAccountOpened")
    await views.project(log.records)
    shard = "update view.progress set complete_at = $1 where shard = any ($2)"
    others = [n for n in range(16) if n != shard_of("xx")]
    moments = [log.now - timedelta(seconds=1), log.now, log.now + timedelta(seconds=1)]

    async def finals() -> list[bool]:
        async with views.client("desk", xx="operator") as client:
            return [(await asked(client, at))["disputes_filed"]["final"] for at in moments]

    assert await finals() == [False, False, False]
    await views.pool.execute(shard, log.now + timedelta(days=1), others)
    assert await finals() == [False, False, False]  # another estate's partition
    of_cases = f"{shard} and topic = 'linli.cases.v1'"
    await views.pool.execute(of_cases, log.now, [shard_of("xx")])
    assert await finals() == [False, False, False]  # fees may still come
    await views.pool.execute(shard, log.now, [shard_of("xx")])
    assert await finals() == [True, False, False]


async def test_only_staff_of_an_estate_see_its_figures(views: Views) -> None:
    await views.project(a_year().records)
    for estate, role, status, code in (
        ("xx", "resident", 403, "ROLE_NOT_PERMITTED"),
        ("b", "operator", 404, "NOT_FOUND"),
        ("xx", "company_user", 200, None),
    ):
        async with views.client("someone", **{estate: role}) as client:
            answer = await client.get("/kpi/headline", params={"scope": "xx", "window": WINDOW})
        assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_windows_and_moments_that_mean_nothing_are_refused(views: Views) -> None:
    async with views.client("desk", xx="operator") as client:
        for params in (
            {"window": "2021-04-01/2020-04-01"}, {"window": "2020-02-30/2020-04-01"},
            {"window": "2020-04-01"}, {"window": WINDOW, "as_of": "2020-04-01T00:00:00"},
            {"window": WINDOW, "as_of": "0001-01-01T00:00:00+14:00"},
            {"window": WINDOW, "as_of": "yesterday"}, {"window": WINDOW, "as_of": "1600000000"}, {},
        ):  # fmt: skip
            answer = await client.get("/kpi/headline", params={"scope": "xx", **params})
            assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_FAILED")
