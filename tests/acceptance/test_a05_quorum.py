"""Scenario A5, deliberation without quorum. Not here: the messages of the new date; that is one
notice with each of the 41 in it once."""

from datetime import datetime, timedelta
from typing import Any

from tests.acceptance.a_matter import DAY, Matter
from tests.acceptance.test_a04_chain import PARTIES
from tests.conftest import Simulated

OWNERS = [f"o{n}" for n in range(1, 18)]
PROPERTY = ["p1", "p2", "p3"]
"""Twenty of the 41."""


async def test_a_meeting_without_its_quorum_is_adjourned_and_loses_nothing(
    simulated: Simulated, estate: str
) -> None:
    async with Matter(simulated, estate) as matter:
        await matter.opened(1)
        await matter.referred()
        await matter.planned(timedelta(days=4, hours=10), PARTIES)
        await matter.noticed()
        await matter.later(timedelta(days=4, hours=10))
        await _too_few(matter)
        await _adjourned(matter)
        await _quorum_lost(matter)


async def _refused(matter: Matter, who: str, command: str, **body: Any) -> tuple[int, str, Any]:
    """And nothing is written."""
    before = await matter.facts("meetings")
    told = await matter.refused(who, f"/meetings/{matter.meeting}/{command}", **body)
    assert await matter.facts("meetings") == before
    return told


async def _too_few(matter: Matter) -> None:
    await matter.came(*OWNERS, *PROPERTY)
    heads = {"basis": "headcount", "have": 20, "need": 21}
    assert await _refused(matter, "desk", "open") == (409, "QUORUM_NOT_MET", heads)
    await matter.came("o18")
    parties = {"basis": "party", "missing": ["community"]}
    assert await _refused(matter, "desk", "open") == (409, "QUORUM_NOT_MET", parties)


async def _adjourned(matter: Matter) -> None:
    await matter.does("chen", f"/meetings/{matter.meeting}/adjourn-for-quorum")
    await matter.settled()
    (returned,) = await matter.facts("meetings", "TopicReturned")
    assert (returned.said["topic_id"], returned.said["cause"]) == (matter.topic, "no_quorum")
    soon, later = ((matter.now + days * DAY).isoformat() for days in (2, 7))
    short = {"required_h": 72, "given_h": 48}
    told = await _refused(matter, "desk", "issue-notice", starts_at=soon)
    assert told == (422, "NOTICE_TOO_SHORT", short)
    await matter.does("desk", f"/meetings/{matter.meeting}/issue-notice", starts_at=later)
    first, again = await matter.facts("meetings", "MeetingNoticed")
    assert datetime.fromisoformat(again.said["starts_at"]) == datetime.fromisoformat(later)
    assert len(again.said["invited_ids"]) == len({*again.said["invited_ids"]}) == 41
    assert (again.said["n"], again.said["topic_ids"]) == (2, first.said["topic_ids"])


async def _quorum_lost(matter: Matter) -> None:
    await matter.later(7 * DAY)
    there = [*OWNERS, *PROPERTY, "chen"]
    await matter.came(*there)
    await matter.voting()
    await matter.voted(there)
    await matter.came("o1", "o2", present_to=matter.now.isoformat())
    heads = {"basis": "headcount", "have": 19, "need": 21}
    told = await _refused(matter, "chen", "close-vote", topic_id=matter.topic)
    assert told == (409, "QUORUM_LOST", heads)
    await matter.settled()
    found = await matter.counted("meetings")
    assert not found.keys() & {"VoteClosed", "ResolutionAdopted", "ResolutionRejected"}
    assert "StepRefused" not in found
