"""Time that is set: timers of several services fire in order, each once, and facts bear it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from linli_local.simulation import NeverIdle, TimeGoesBack, simulation

from tests.conftest import Simulated, complaint


def at(simulated: Simulated, hour: int, minute: int = 0) -> datetime:
    """That time of the test's day."""
    assert simulated.time.now is not None
    return simulated.time.now.replace(hour=hour, minute=minute)


async def opened(simulated: Simulated, estate: str, **place: str) -> str:
    async with simulated.client("cases", "zhou", "resident", estate=estate) as zhou:
        answer = await zhou.command("/cases", complaint(estate, place=place))
    assert answer.status_code == 201, answer.text
    return f"/cases/{answer.json()['id']}"


async def visit(simulated: Simulated, estate: str, ends_at: datetime) -> None:
    """Nobody will come; a quarter of an hour after its end it is missed."""
    starts_at = ends_at - timedelta(minutes=30)
    body = {
        "estate_id": estate, "elder_id": f"elder-{ends_at:%H%M}", "tier": "high",
        "recurrence_id": f"r-{ends_at:%H%M}", "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }  # fmt: skip
    async with simulated.client("volunteers", "peng", "volunteer_coordinator", estate=estate) as c:
        made = await c.command("/visits", body)
        assert made.status_code == 201, made.text
        check = {
            "estate_id": estate, "person_id": f"v-{ends_at:%H%M}", "type": "elder_care",
            "finding": "clear", "checked_on": "2020-01-01", "expires_on": "2029-12-31",
        }  # fmt: skip
        assert (await c.command("/credentials", check)).is_success
        path = f"/visits/{made.json()['id']}/assign-visitor"
        assigned = await c.command(path, {"visitor_id": f"v-{ends_at:%H%M}"})
        assert assigned.is_success, assigned.text


async def story(simulated: Simulated, service: str, estate: str) -> list[Any]:
    """What was recorded, and when: by the clock of the estates' zone."""
    db = await asyncpg.connect(simulated.databases[service]["LINLI_RELAY_URL"])
    rows = await db.fetch(
        """select split_part(type, '.', 3) as name, recorded_at, occurred_at,
                  data ->> 'dedupe_key' as dedupe_key from es.event
            where estate = $1 order by shard, position""",
        estate,
    )
    await db.close()
    return rows


def told(rows: list[Any], simulated: Simulated) -> list[str]:
    assert simulated.time.now is not None
    zone = simulated.time.now.tzinfo
    return [f"{row['recorded_at'].astimezone(zone):%H:%M} {row['name']}" for row in rows]


async def test_timers_of_two_services_fire_in_order_each_once_through_a_restart(
    simulated: Simulated, estate: str
) -> None:
    """Red where time is set to the target at once."""
    time = simulated.time
    await opened(simulated, estate)
    await visit(simulated, estate, at(simulated, 10, 30))
    await visit(simulated, estate, at(simulated, 10, 50))
    await time.until(at(simulated, 10, 40))
    simulated.running.stop("cases", "volunteers")
    await simulated.start("cases", "volunteers")
    await time.until(at(simulated, 12, 1))
    rows = [
        row
        for service in ("cases", "volunteers")
        for row in await story(simulated, service, estate)
        if row["name"] in {"SlaWarningIssued", "SlaBreached", "CaseEscalated", "VisitMissed"}
    ]
    rows.sort(key=lambda row: (row["recorded_at"], row["name"]))
    assert all(row["recorded_at"] == row["occurred_at"] for row in rows)
    assert told(rows, simulated) == [
        "10:36 SlaWarningIssued",
        "10:36 SlaWarningIssued",
        "10:45 VisitMissed",
        "11:00 CaseEscalated",
        "11:00 SlaBreached",
        "11:00 SlaBreached",
        "11:05 VisitMissed",
        "11:30 CaseEscalated",
        "12:00 CaseEscalated",
    ]


async def test_what_follows_from_a_timer_in_another_service_has_happened_before_the_next_one_fires(
    simulated: Simulated, estate: str
) -> None:
    """Cases close by themselves a second after one another, and each time the reporter is told. Red
    where nobody is waited for between two dues: they are told at a later one's time."""
    time, began = simulated.time, at(simulated, 9)
    async with (
        simulated.client("cases", "chen", "operator", estate=estate) as desk,
        simulated.client("cases", "deng", "steward", estate=estate) as deng,
    ):
        for n in range(5):
            await time.until(began + timedelta(seconds=n))
            case = await opened(simulated, estate, unit_id=f"3-2-110{n}")
            for who, what, body in (
                (desk, "acknowledge", {}),
                (desk, "assign", {"assignee_id": "deng"}),
                (deng, "start", {}),
                (deng, "resolve", {"outcome": "已修复"}),
            ):
                assert (await who.command(f"{case}/{what}", body)).is_success
    await time.until(began + timedelta(days=8))
    closed = [r for r in await story(simulated, "cases", estate) if r["name"] == "CaseClosed"]
    assert [row["recorded_at"] for row in closed] == [
        began + timedelta(days=7, seconds=n) for n in range(5)
    ]
    intents = await story(simulated, "notifications", estate)
    told_at = [
        row["recorded_at"]
        for row in intents
        if row["name"] == "NotificationRequested" and row["recorded_at"] >= closed[0]["recorded_at"]
    ]
    assert sorted(told_at) == sorted(row["recorded_at"] for row in closed for _ in ("zhou", "deng"))


async def test_a_service_that_was_down_for_an_hour_catches_up_and_decides_each_thing_once(
    simulated: Simulated, estate: str
) -> None:
    case = await opened(simulated, estate)
    await visit(simulated, estate, at(simulated, 10, 30))
    await simulated.time.until(at(simulated, 10, 40))
    async with simulated.down("cases", "notifications"):
        await simulated.time.until(at(simulated, 11, 40))
        assert told(await story(simulated, "volunteers", estate), simulated)[-1:] == [
            "10:45 VisitMissed"
        ]
    await simulated.time.until(at(simulated, 11, 40))
    late = [row for row in await story(simulated, "cases", estate) if row["name"] != "CaseOpened"]
    names = sorted(row["name"] for row in late)
    assert names == ["CaseEscalated"] * 2 + ["SlaBreached"] * 2 + ["SlaWarningIssued"] * 2
    breached = [row for row in late if row["name"] == "SlaBreached"]
    assert {row["occurred_at"] for row in breached} == {at(simulated, 11)}
    assert {row["recorded_at"] for row in breached} == {at(simulated, 11, 40)}
    async with simulated.client("cases", "chen", "operator", estate=estate) as desk:
        assert (await desk.command(f"{case}/acknowledge")).is_success
    async with simulated.down("notifications"):
        await simulated.time.until(at(simulated, 12, 40))
    await simulated.time.until(at(simulated, 13))
    intents = await story(simulated, "notifications", estate)
    requested = [row for row in intents if row["name"] == "NotificationRequested"]
    assert len(requested) == len({row["dedupe_key"] for row in requested}) > 0


async def test_facts_and_figures_bear_the_time_that_was_set(
    simulated: Simulated, estate: str
) -> None:
    """Red with the real clock in `Running`, in `es.now`, or in the views' headline."""
    now = simulated.time.now
    await opened(simulated, estate)
    (row,) = await story(simulated, "cases", estate)
    assert row["recorded_at"] == row["occurred_at"] == now
    await simulated.time.idle()
    async with simulated.client("views", "guo", "estate_manager", estate=estate) as guo:
        window = f"{now:%Y-%m-%d}/{now:%Y}-12-31"
        answer = await guo.get(f"/kpi/headline?scope={estate}&window={window}")
    opened_kpi = answer.json()["kpis"]["complaints_opened"]
    assert opened_kpi["value"] == 1
    assert datetime.fromisoformat(opened_kpi["as_of"]) == now


async def test_what_was_promised_in_real_time_does_not_bind_a_simulation(
    simulated: Simulated, estate: str
) -> None:
    """A relay marks, every few seconds, a moment that nothing is recorded before. Red where `begin`
    leaves such marks: every fact then bears the time of the last one."""
    now = simulated.time.now
    assert now is not None
    owner = await asyncpg.connect(simulated.databases["cases"]["LINLI_OWNER_URL"])
    await owner.execute(
        """insert into es.mark select s, $1 from generate_series(0, 15) s
               on conflict (shard) do update set at = excluded.at""",
        datetime.now(UTC),
    )
    await owner.close()
    await simulated.time.begin(now)
    await opened(simulated, estate)
    (row,) = await story(simulated, "cases", estate)
    assert row["recorded_at"] == now


@pytest.mark.parametrize(("ahead_min", "status"), [(4, 201), (6, 422)])
async def test_what_has_not_happened_yet_by_the_time_that_was_set_is_refused(
    simulated: Simulated, estate: str, ahead_min: int, status: int
) -> None:
    """By real time it is long past, or to come. Red where commands bear the real clock's time."""
    assert simulated.time.now is not None
    later = simulated.time.now + timedelta(minutes=ahead_min)
    assert abs(later - datetime.now(UTC)) > timedelta(days=1)
    async with simulated.client("cases", "zhou", "resident", estate=estate) as zhou:
        answer = await zhou.command("/cases", complaint(estate, occurred_at=later.isoformat()))
    assert answer.status_code == status
    assert answer.json().get("code", "OCCURRED_IN_FUTURE") == "OCCURRED_IN_FUTURE"


async def test_time_never_goes_back(simulated: Simulated, estate: str) -> None:
    now = simulated.time.now
    assert now is not None
    await opened(simulated, estate)
    with pytest.raises(TimeGoesBack, match="after"):
        await simulated.time.until(now - timedelta(seconds=1))
    async with simulation(simulated.databases) as another:
        assert another.now == now
        with pytest.raises(TimeGoesBack, match="it is"):
            await another.begin(now - timedelta(days=1))
        another.now = None
        with pytest.raises(TimeGoesBack, match="cases has recorded facts"):
            await another.begin(now - timedelta(days=1))


async def test_what_never_comes_to_rest_is_named(simulated: Simulated, estate: str) -> None:
    time = simulated.time
    await time.idle()
    simulated.running.stop("notifications")
    try:
        await opened(simulated, estate)
        time.patience_s = 1
        with pytest.raises(NeverIdle, match=r"notifications: inbox\.\d+ is behind in 1 shards"):
            await time.until(at(simulated, 9, 5))
    finally:
        time.patience_s = 30
        await simulated.start("notifications")
    await time.until(at(simulated, 9, 5))
