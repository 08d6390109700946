"""After the work: a note that ends the waiting, a rating that is answered, and somebody who asks
again, in simulated time."""

from datetime import timedelta

from tests.acceptance.a_matter import DAY, Matter
from tests.conftest import Simulated, complaint

POLICY = {"source": "本小区约定", "return_visit": "always", "visit_after_h": 48}


async def test_a_reporter_is_heard_answered_and_asked_again(
    simulated: Simulated, estate: str
) -> None:
    async with Matter(simulated, estate, roles={"chen": "estate_manager", "deng": "steward"}) as m:
        await m.does("chen", "/sla-policies", estate_id=estate, **POLICY)
        case = f"/cases/{(await m.does('li', '/cases', **complaint(estate)))['id']}"
        await m.does("chen", f"{case}/acknowledge")
        await m.does("chen", f"{case}/assign", assignee_id="deng")
        await m.does("deng", f"{case}/start")
        until = (m.now + 5 * DAY).isoformat()
        await m.does("deng", f"{case}/suspend", wait_for="resident", until=until)
        await m.does("li", f"{case}/note-from-reporter", channel="phone", message="今晚在家。")
        (resumed,) = await m.facts("cases", "CaseResumed")
        assert resumed.said["cause"] == "replied"
        await m.does("deng", f"{case}/resolve", outcome="已换灯。")
        refused = await m.refused("deng", f"{case}/answer-rating", message="谢谢。")
        assert refused == (409, "NOT_RATED", {})
        await m.does("li", f"{case}/rate", score=4, solved=True)
        await m.does("deng", f"{case}/answer-rating", message="谢谢。")
        await m.does("li", f"{case}/confirm")
        await m.later(timedelta(hours=47))
        assert not await m.facts("cases", "ReturnVisitDue")
        await m.later(timedelta(hours=2))
        assert len(await m.facts("cases", "ReturnVisitDue")) == 1
        visit = {"channel": "phone", "reached": True, "solved": True, "note": "满意。"}
        await m.does("deng", f"{case}/record-return-visit", **visit)
        refused = await m.refused("deng", f"{case}/record-return-visit", **visit)
        assert refused == (409, "ALREADY_VISITED", {})
