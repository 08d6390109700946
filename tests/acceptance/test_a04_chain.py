"""Scenario A4, the whole chain: three complaints about e-bikes charged in stairwells, deliberated,
decided, publicised, carried out, evaluated, and by that resolved.

The scenario's days are counted from a Monday of simulated time. Not here: what the views show
(their tests), and key_matters_done.
"""

from datetime import datetime, timedelta
from typing import Final

from tests.acceptance.a_matter import DAY, Matter
from tests.conftest import Simulated

PARTIES: Final = {
    **{f"o{n}": "owners" for n in range(1, 33)},
    **{f"p{n}": "property" for n in range(1, 7)},
    **{"chen": "community", "c2": "community", "c3": "community"},
}
PRESENT: Final = [*(f"o{n}" for n in range(1, 24)), "p1", "p2", "p3", "p4", "chen", "c2"]
HANDS: Final = [*["for"] * 24, *["against"] * 3, *["abstain"] * 2]


async def test_charging_posts_from_complaint_to_evaluation(
    simulated: Simulated, estate: str
) -> None:
    async with Matter(simulated, estate) as matter:
        await matter.opened()
        await matter.referred(co_signer_ids=["n1", "n2", "n3", "n4", "n5", "n6"])
        await _adopted(matter)
        await _carried_out(matter)
        await _evaluated(matter)
        await _one_chain(matter)


async def _adopted(matter: Matter) -> None:
    (proposed,) = await matter.facts("meetings", "TopicProposed")
    assert len(proposed.said["co_signer_ids"]) == 6
    assert proposed.said["origin"] == "referred"
    await matter.planned(timedelta(days=4, hours=9), PARTIES)  # 11-14 to 11-18 19:00
    await matter.noticed()
    await matter.later(timedelta(days=4, hours=9))
    await matter.came(*PRESENT)
    await matter.voting()
    await matter.voted(PRESENT, HANDS)
    await matter.decided()
    (adopted,) = await matter.facts("meetings", "ResolutionAdopted")
    result = adopted.said["result"]
    assert result["tally"] == {"in_favour": 24, "against": 3, "abstained": 2}
    assert result["quorum"] == {
        "invited": 41, "present": 29, "need": 21, "owners": 23, "property": 4, "community": 2,
    }  # fmt: skip
    assert sorted(result["case_ids"]) == sorted(matter.cases)


async def _carried_out(matter: Matter) -> None:
    actions = ("安装12个充电桩", "he", 32 * DAY), ("设置充电须知牌", "deng", 17 * DAY)
    await matter.given(*actions)
    midnight = matter.now.replace(hour=0) + 8 * DAY  # the end of the seventh day after
    (publicised,) = await matter.facts("meetings", "ResolutionPublicised")
    assert datetime.fromisoformat(publicised.said["until"]) == midnight
    path = matter.resolution
    await matter.later(6 * DAY)  # 11-24
    early = await matter.refused("he", f"{path}/start-action", action_id=1)
    assert early == (409, "PUBLICITY_NOT_ENDED", {"until": midnight.isoformat()})
    await matter.later(3 * DAY)
    await matter.does("he", f"{path}/start-action", action_id=1)
    no_photo = await matter.refused("he", f"{path}/complete-action", action_id=1)
    assert no_photo == (422, "EVIDENCE_REQUIRED", {})
    await matter.does("he", f"{path}/complete-action", action_id=1, evidence_ids=["photo-1"])
    own = await matter.refused("he", f"{path}/verify-action", action_id=1)
    assert own == (422, "VERIFIER_IS_EXECUTOR", {})
    soon = await matter.refused(
        "chen", f"{path}/record-evaluation", verdict="effective", reason="有效", chair_id="chen",
        scores={"owners": 44},
    )  # fmt: skip
    assert soon == (409, "EVALUATION_TOO_EARLY", {})
    await matter.does("chen", f"{path}/verify-action", action_id=1)
    assert "CaseResumed" not in await matter.counted("cases")
    await matter.done(2, "deng")
    await matter.verified(2)
    ended = await matter.facts("cases", "DeliberationEnded")
    assert sorted(fact.said["case_id"] for fact in ended) == sorted(matter.cases)
    (resumed,) = await matter.facts("cases", "CaseResumed")  # the one that waited for it
    assert resumed.said["case_id"] == matter.cases[0]


async def _evaluated(matter: Matter) -> None:
    await matter.later(54 * DAY)  # 2021-01-20
    await matter.evaluated()
    resolved = await matter.facts("cases", "CaseResolved")
    assert sorted(fact.said["case_id"] for fact in resolved) == sorted(matter.cases)
    for fact in resolved:
        assert fact.said["evidence_ids"] == ["photo-1", "photo-2"]
        assert f"/resolutions/{fact.said['resolution_id']}" == matter.resolution
    await matter.does("li", f"/cases/{matter.cases[0]}/confirm")
    await matter.later(8 * DAY)
    closed = await matter.facts("cases", "CaseClosed")
    by = {fact.said["case_id"]: fact.said["confirmed_by"] for fact in closed}
    first, *others = matter.cases
    assert by == {first: "reporter"} | dict.fromkeys(others, "timeout")


async def _one_chain(matter: Matter) -> None:
    """Each case has its own beginning, and then all has one correlation, to the end."""
    stories = {case: await matter.facts("cases") for case in matter.cases}
    for case, facts in stories.items():
        story = [fact for fact in facts if fact.stream == f"case-{case}"]
        joined = next(n for n, fact in enumerate(story) if fact.chain == matter.topic)
        begun, linked = story[:joined], story[joined:]
        assert len({fact.chain for fact in begun}) == 1
        assert begun[0].name == "CaseOpened"
        assert {fact.chain for fact in linked} == {matter.topic}
        assert linked[-1].name == "CaseClosed"
        assert all(fact.said["by_id"] and fact.recorded_at for fact in story)
    streams = {fact.stream: set[str]() for fact in await matter.facts("meetings")}
    for fact in await matter.facts("meetings"):
        streams[fact.stream].add(fact.chain)
    assert streams[f"topic-{matter.topic}"] == {matter.topic}
    assert streams[matter.resolution[1:].replace("s/", "-")] == {matter.topic}
    votes = await matter.facts("meetings", "VoteOpened", "BallotCast", "VoteClosed")
    assert {fact.chain for fact in votes} == {matter.topic}
    for service in ("cases", "meetings"):
        assert "StepRefused" not in await matter.counted(service)
