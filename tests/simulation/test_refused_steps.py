"""A step between two services that is refused: the other service hears of it, and an operator."""

from tests.acceptance.a_matter import Matter
from tests.conftest import Simulated


async def test_a_referral_that_becomes_no_topic_lets_its_case_go_on_and_an_operator_see_why(
    simulated: Simulated, estate: str
) -> None:
    """Went red where cases does not read StepRefused: the case waits for ever for a topic that will
    never be, and may not be referred to another."""
    async with Matter(simulated, estate) as matter:
        await matter.opened(2)
        await matter.refer()
        await matter.settled()
        first, second = matter.cases
        path = f"/cases/{second}/refer-to-deliberation"
        same = {"title": "电动车 充电桩！", "description": "又一次。"}
        told = await matter.does("deng", path, **same)
        await matter.settled()
        (ended,) = await matter.facts("cases", "DeliberationEnded")
        (resumed,) = await matter.facts("cases", "CaseResumed")
        assert {ended.stream, resumed.stream} == {f"case-{second}"}
        assert {ended.said["cause"], resumed.said["cause"]} == {"topic_refused"}
        async with simulated.client("views", "desk", "operator", estate=estate) as desk:
            (step,) = (await desk.get("/refused-steps")).json()["items"]
        assert (step["process"], step["code"]) == ("problem_to_topic", "TOPIC_DUPLICATE")
        assert (step["target"], step["fact_stream"]) == (
            f"topic-{told['topic_id']}", f"case-{second}",
        )  # fmt: skip
        assert step["chain_id"] == told["chain_id"]

        await matter.does("deng", f"/topics/{matter.topic}/link-case", case_id=second)
        await matter.settled()
        linked = await matter.facts("cases", "CaseLinkedToTopic")
        assert [fact.said["case_id"] for fact in linked] == [first, second]
        assert linked[-1].chain == matter.topic
