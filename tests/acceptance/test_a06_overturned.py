"""Scenario A6, overturned at evaluation: three cases are taken up again, and a topic follows.

Not here: the owners' assembly, for statutory votes have no commands yet (the vote is advisory), and
the figures, key_matters_done and overturn_bp.
"""

from datetime import timedelta

from tests.acceptance.a_matter import DAY, FEW, SCORES, Matter
from tests.conftest import Simulated

UPSET = {"owners": 21, "property": 40, "community": 30}
REASON = "草坪被占，业主反对。"


async def test_what_is_overturned_after_ninety_days_is_taken_up_again(
    simulated: Simulated, estate: str
) -> None:
    async with Matter(simulated, estate) as matter:
        await matter.opened()
        await matter.referred(title="16处草坪改停车位")
        await matter.planned(timedelta(days=4))
        await matter.noticed()
        await matter.came(*FEW)
        await matter.voting()
        await matter.voted()
        await matter.decided()
        await matter.given(("铺设车位", "he", 30 * DAY))
        await _not_yet(matter)
        await matter.later(9 * DAY)
        await matter.done(1, "he")
        await matter.verified(1)
        await matter.later(30 * DAY)
        await matter.evaluated()
        await matter.later(60 * DAY)
        await _overturned(matter)


async def _not_yet(matter: Matter) -> None:
    said = {"verdict": "overturn", "reason": REASON, "chair_id": "chen", "scores": SCORES}
    early = await matter.refused("chen", f"{matter.resolution}/record-evaluation", **said)
    assert early == (409, "EVALUATION_TOO_EARLY", {})


async def _overturned(matter: Matter) -> None:
    said = {"verdict": "overturn", "reason": REASON, "chair_id": "chen"}
    two = {"owners": 21, "property": 40}
    path = f"{matter.resolution}/record-evaluation"
    incomplete = await matter.refused("chen", path, **said, scores=two)
    assert incomplete == (422, "EVALUATION_INCOMPLETE", {"missing": ["community"]})
    assert (await matter.counted("cases"))["CaseClosed"] == 3
    await matter.evaluated("overturn", scores=UPSET, reason=REASON)
    (overturned,) = await matter.facts("meetings", "ResolutionOverturned")
    assert overturned.said["reason"] == REASON
    reopened = await matter.facts("cases", "CaseReopened")
    assert sorted(fact.said["case_id"] for fact in reopened) == sorted(matter.cases)
    for fact in reopened:
        assert (fact.said["cause"], fact.said["n"]) == ("resolution_overturned", 1)
        assert f"/resolutions/{fact.said['resolution_id']}" == matter.resolution
        assert fact.chain == matter.topic
    _, follow_up = await matter.facts("meetings", "TopicProposed")
    assert follow_up.stream == f"topic-{overturned.said['follow_up_topic_id']}"
    assert follow_up.said["follow_up_of"] == overturned.said["resolution_id"]
    assert (follow_up.said["origin"], follow_up.chain) == ("follow_up", matter.topic)
    linked = await matter.facts("cases", "CaseLinkedToTopic")
    again = [f.said["case_id"] for f in linked if f.said["topic_id"] == follow_up.said["topic_id"]]
    assert sorted(again) == sorted(matter.cases)
    assert "StepRefused" not in await matter.counted("cases")
