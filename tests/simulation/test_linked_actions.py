"""What is to be done about a case by a resolution is done before it is resolved."""

from tests.acceptance.a_matter import DAY, Matter
from tests.conftest import Simulated


async def test_a_linked_case_is_resolved_only_when_its_actions_are_verified(
    simulated: Simulated, estate: str
) -> None:
    """Checked by taking the view `linked_actions` out of the lookup: it is resolved at once."""
    async with Matter(simulated, estate) as matter:
        await matter.opened(3)
        beside = matter.cases.pop()  # of no topic
        await matter.referred()
        await matter.planned(4 * DAY)
        await matter.noticed()
        await matter.later(4 * DAY)
        await matter.came("o1", "p1", "chen")
        await matter.voting()
        await matter.voted()
        await matter.decided()
        await matter.given(("安装12个充电桩", "he", 30 * DAY))
        await matter.settled()
        said = {"outcome": "已与业主沟通。"}
        linked = f"/cases/{matter.cases[1]}/resolve"
        assert await matter.refused("deng", linked, **said) == (409, "LINKED_ACTION_OPEN", {})
        await matter.does("deng", f"/cases/{beside}/resolve", **said)
        await matter.later(9 * DAY)
        await matter.done(1, "he")
        await matter.settled()
        assert await matter.refused("deng", linked, **said) == (409, "LINKED_ACTION_OPEN", {})
        await matter.verified(1)
        await matter.does("deng", linked, **said)
