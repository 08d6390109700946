"""Scenario A2: one lamp, reported twice by one neighbour and once by another."""

from datetime import datetime, timedelta
from typing import Any

from tests.conftest import ZONE, Client, Simulated, complaint

TEXT = {"title": "3-2 单元楼梯灯坏了", "description": "楼梯间的灯不亮，晚上看不清台阶。"}
SAME = {"title": "楼梯间灯不亮", "description": "3-2 单元楼梯间的灯坏了，晚上看不清台阶。"}


def place(unit: str) -> dict[str, str]:
    return {"building_id": "3-2", "unit_id": unit, "public_area": "楼梯间"}


async def test_a_dead_lamp_on_stair_3_2(simulated: Simulated, estate: str) -> None:
    day = simulated.time.now
    assert day
    day = day.astimezone(ZONE)
    async with (
        simulated.client("cases", "li", "resident", estate=estate) as li,
        simulated.client("cases", "zhou", "resident", estate=estate) as zhou,
        simulated.client("cases", "wang", "operator", estate=estate) as wang,
        simulated.client("cases", "deng", "steward", estate=estate) as deng,
    ):
        await simulated.time.until(day.replace(hour=9, minute=2))
        mine = complaint(estate, **TEXT, place=place("3-2-1102"))
        first = await li.command("/cases", mine, key="tap")
        assert first.status_code == 201, first.text
        parent = first.json()["id"]
        await _tapped_again(simulated, li, mine, parent, day.replace(hour=9, minute=40))
        await _retried(li, mine, first.json())
        await simulated.time.until(day.replace(hour=9, minute=45))
        child = await _reported_by_another(zhou, estate, parent, day.replace(hour=9, minute=2))
        await _merged(wang, parent, child)
        await simulated.time.idle()
        await wang.command(f"/cases/{parent}/acknowledge")
        await wang.command(f"/cases/{parent}/assign", {"assignee_id": "deng"})
        await deng.command(f"/cases/{parent}/start")
        done = await deng.command(f"/cases/{parent}/resolve", {"outcome": "已更换灯泡。"})
        assert done.status_code == 200, done.text
    await simulated.time.idle()
    await _told(simulated, estate, parent, child)
    await _counted(simulated, estate, day)


async def _tapped_again(
    simulated: Simulated, li: Client, mine: dict[str, Any], parent: str, when: datetime
) -> None:
    await simulated.time.until(when)
    again = await li.command("/cases", mine)
    assert again.status_code == 409
    assert again.json()["code"] == "DUPLICATE_OPEN_CASE"
    assert again.json()["params"] == {"existing_case_id": parent}


async def _retried(li: Client, mine: dict[str, Any], first: dict[str, Any]) -> None:
    retry = await li.command("/cases", mine, key="tap")
    assert (retry.status_code, retry.json()) == (201, first)
    other = await li.command("/cases", mine | {"title": "电梯坏了"}, key="tap")
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


async def _reported_by_another(zhou: Client, estate: str, parent: str, opened: datetime) -> str:
    """He is told place, service, time, score and why, and nothing of who reported it, or how."""
    report = complaint(estate, **SAME, place=place("3-2-0901"))
    answer = await zhou.command("/cases", report)
    assert answer.status_code == 201, answer.text
    (near,) = answer.json()["suspected"]
    assert datetime.fromisoformat(near.pop("opened_at")) == opened
    assert 5000 <= near.pop("score_bp") < 10_000
    assert near == {
        "case_id": parent,
        "place": {"building_id": "3-2", "unit_id": None, "public_area": "楼梯间"},
        "service_code": "lighting",
        "reason": "text",
    }
    for hidden in ("1102", *TEXT.values()):
        assert hidden not in answer.text
    child: str = answer.json()["id"]
    return child


async def _merged(wang: Client, parent: str, child: str) -> None:
    merged = await wang.command(f"/cases/{child}/merge", {"into": parent})
    assert merged.status_code == 200, merged.text
    circle = await wang.command(f"/cases/{parent}/merge", {"into": child})
    assert (circle.status_code, circle.json()["code"]) == (409, "MERGE_CYCLE")


async def _told(simulated: Simulated, estate: str, parent: str, child: str) -> None:
    """Each once, and each through the case they know."""
    for person, own in (("li", parent), ("zhou", child)):
        async with simulated.client("notifications", person, "resident", estate=estate) as inbox:
            items = (await inbox.get("/inbox")).json()["items"]
        (resolved,) = [one for one in items if one["template"] == "case_resolved"]
        assert (resolved["case_id"], resolved["own_case_id"]) == (parent, own)
        templates = [one["template"] for one in items]
        assert templates.count("case_acknowledged") == templates.count("case_assigned") == 1
        assert templates.count("case_merged") == (1 if person == "zhou" else 0)


async def _counted(simulated: Simulated, estate: str, day: datetime) -> None:
    async with simulated.client("views", "wang", "operator", estate=estate) as views:
        cases = (await views.get("/cases", params={"estate": estate})).json()["items"]
        assert sorted(case["state"] for case in cases) == ["merged", "resolved"]
        begin = day.replace(hour=0, minute=0)
        window = f"{begin:%Y-%m-%d}/{begin + timedelta(days=1):%Y-%m-%d}"
        asked = {"scope": estate, "window": window}
        answer = await views.get("/kpi/headline", params=asked)
        assert answer.status_code == 200, answer.text
    kpis = answer.json()["kpis"]
    assert kpis["complaints_resolved"]["value"] == 1
    assert kpis["resolution_bp"]["value"] == 10_000  # of two, one merged and one resolved
