"""The whole chain, from referred cases to an evaluation, in one estate (A4, A5, A6)."""

import pytest
from linli_meetings.meetings.commands import (
    AdjournForQuorum,
    CancelMeeting,
    CloseMeeting,
    CloseVote,
    OpenMeeting,
    OpenVote,
)
from linli_meetings.meetings.events import (
    MeetingNoticed,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import (
    ResolutionAdopted,
    ResolutionEvaluated,
    ResolutionExecuted,
    ResolutionOverturned,
)
from linli_meetings.topics.domain import TOPICS
from linli_meetings.topics.events import TopicReturned
from linli_shared.decider import Rejected

from services.meetings.tests.a_meeting import (
    CHAIR,
    CLERK,
    LATER,
    OWNERS,
    PROPERTY,
    STARTS,
    ballot,
    came,
)
from services.meetings.tests.a_resolution import (
    DAY,
    DONE_AT,
    EVALUATED_AT,
    evaluation,
)
from services.meetings.tests.a_topic import CASES, TOPIC
from services.meetings.tests.an_estate import RESOLUTION, executed, noticed


async def test_24_to_3_with_2_abstaining_is_adopted_carried_out_and_effective() -> None:
    estate = await executed()
    assert await estate.status(TOPICS, TOPIC) == "adopted"
    (declared,) = estate.of(ResolutionAdopted)
    assert declared.result.tally.model_dump() == {"in_favour": 24, "against": 3, "abstained": 2}
    assert declared.result.quorum.model_dump() == {
        "invited": 41, "present": 29, "need": 21, "owners": 23, "property": 4, "community": 2,
    }  # fmt: skip
    await estate.say(CLERK, evaluation(), EVALUATED_AT)
    (evaluated,) = estate.of(ResolutionEvaluated)
    assert evaluated.evidence_ids == ("photo-1", "photo-2")
    assert await estate.status(RESOLUTIONS, RESOLUTION) == "evaluated_effective"


async def test_one_chain_and_its_three_cases_go_through_all_of_it() -> None:
    estate = await executed()
    told = [e for e in estate.events if hasattr(e, "chain_id")]
    assert {e.chain_id for e in told} == {TOPIC}
    linked = [e.case_ids for e in told if hasattr(e, "case_ids")]
    assert set(linked) == {CASES}
    assert estate.of(ResolutionExecuted)[0].case_ids == CASES


async def test_an_adjourned_topic_is_not_lost_and_everybody_is_told_the_new_date_once() -> None:
    estate = await noticed()
    await estate.say(CLERK, came(*OWNERS[:16], *PROPERTY[:4]), STARTS)
    with pytest.raises(Rejected, match="QUORUM_NOT_MET"):
        await estate.say(CHAIR, OpenMeeting(), STARTS)
    await estate.say(CHAIR, AdjournForQuorum(starts_at=LATER), STARTS)
    assert len(estate.of(TopicReturned)) == 1
    assert await estate.status(TOPICS, TOPIC) == "scheduled"
    first, second = estate.of(MeetingNoticed)
    assert (second.n, second.starts_at) == (2, LATER)
    assert second.invited_ids == first.invited_ids
    assert len(set(second.invited_ids)) == 41


async def test_with_two_gone_before_the_close_there_is_no_resolution_and_it_comes_again() -> None:
    estate = await noticed()
    room = [*OWNERS[:17], *PROPERTY[:3], CHAIR]
    await estate.say(CLERK, came(*room), STARTS)
    await estate.say(CHAIR, OpenMeeting(), STARTS)
    await estate.say(CHAIR, OpenVote(topic_id=TOPIC), STARTS)
    assert await estate.status(TOPICS, TOPIC) == "deliberated"
    for voter in room:
        await estate.say(CLERK, ballot(voter_id=voter), STARTS)
    await estate.say(CLERK, came("o1", "o2", present_to=STARTS), STARTS)
    with pytest.raises(Rejected, match="QUORUM_LOST"):
        await estate.say(CHAIR, CloseVote(topic_id=TOPIC), STARTS)
    assert not estate.of(ResolutionAdopted)
    await estate.say(CHAIR, AdjournForQuorum(starts_at=LATER), STARTS)
    assert await estate.status(TOPICS, TOPIC) == "scheduled"
    await estate.say(CLERK, came(*room), LATER)
    await estate.say(CHAIR, OpenMeeting(), LATER)
    await estate.say(CHAIR, OpenVote(topic_id=TOPIC), LATER)
    await estate.say(CLERK, ballot("against", voter_id="o1"), LATER)
    await estate.say(CHAIR, CloseVote(topic_id=TOPIC), LATER)
    assert await estate.status(RESOLUTIONS, RESOLUTION) == "rejected"
    assert await estate.status(TOPICS, TOPIC) == "rejected"


@pytest.mark.parametrize("how", ["cancelled", "closed"])
async def test_a_topic_that_no_meeting_came_to_waits_for_another(how: str) -> None:
    estate = await noticed()
    if how == "cancelled":
        await estate.say(CLERK, CancelMeeting(reason="停电"), STARTS)
    else:
        await estate.say(CLERK, came(*OWNERS[:17], *PROPERTY[:3], CHAIR), STARTS)
        await estate.say(CHAIR, OpenMeeting(), STARTS)
        await estate.say(CHAIR, CloseMeeting(), STARTS)
    assert await estate.status(TOPICS, TOPIC) == "deferred"


async def test_what_is_overturned_after_ninety_days_comes_again_in_the_same_chain() -> None:
    estate = await executed()
    low = {"owners": 21, "property": 40, "community": 30}
    upset = evaluation("overturn", scores=low, reason="草坪被占，业主反对。")
    await estate.say(CLERK, upset, DONE_AT + 90 * DAY)
    (overturned,) = estate.of(ResolutionOverturned)
    assert overturned.case_ids == CASES
    follow_up = await estate.load(TOPICS, overturned.follow_up_topic_id)
    assert (follow_up.status, follow_up.chain_id) == ("proposed", TOPIC)
    assert (follow_up.title, follow_up.case_ids) == (overturned.title, CASES)
