"""A key matter 关键小事 on its long way, in simulated time: planned, reviewed, and not reviewed."""

from datetime import timedelta

from tests.acceptance.a_matter import DAY, Matter
from tests.conftest import Simulated, complaint

ROLES = {"chen": "estate_manager", "deng": "steward"}


async def test_a_month_without_a_review_is_an_alarm_and_the_board_says_where_it_stands(
    simulated: Simulated, estate: str
) -> None:
    async with Matter(simulated, estate, roles=ROLES) as m:
        body = complaint(estate, kind="key_matter", title="加装电梯")
        key = (await m.does("li", "/cases", **body))["id"]
        case = f"/cases/{key}"
        await m.does("chen", f"{case}/acknowledge")
        await m.does("chen", f"{case}/assign", assignee_id="deng")
        await m.does("deng", f"{case}/start")
        dues = [(m.now + days * DAY).isoformat() for days in (20, 90)]
        steps = [{"title": title, "due_at": due} for title, due in zip("一二", dues, strict=True)]
        await m.does("deng", f"{case}/plan-milestones", milestones=steps)
        await m.later(timedelta(days=19))
        await m.does("deng", f"{case}/reach-milestone", milestone_no=1)
        await m.does("deng", f"{case}/review", note="已有 32 户同意。")
        await m.later(timedelta(days=29))
        assert not await m.facts("cases", "ReviewMissed", "MilestoneMissed")
        await m.later(timedelta(days=2))
        assert len(await m.facts("cases", "ReviewMissed")) == 1
        async with simulated.client("views", "chen", "estate_manager", estate=estate) as chen:
            (row,) = (await chen.get("/key-matters")).json()["items"]
            (load,) = (await chen.get("/dispatch-load", params={"estate": estate})).json()
        async with simulated.client("views", "li", "resident", estate=estate) as li:
            refused = await li.get("/dispatch-load", params={"estate": estate})
            (own,) = (await li.get("/key-matters")).json()["items"]
        assert (row["case_id"], row["reviews"], row["reviews_missed"]) == (key, 1, 1)
        assert (refused.status_code, own["case_id"]) == (403, key)
        counted = {name: load[name] for name in ("assignee_id", "open", "not_started", "pending")}
        assert counted == {"assignee_id": "deng", "open": 1, "not_started": 0, "pending": 0}
        assert load["late"] == 1  # nobody has answered the reporter
        assert [one["reached"] for one in row["milestones"]] == [True, False]
