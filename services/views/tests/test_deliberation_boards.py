"""What the boards of topics, meetings and resolutions show after each fact."""

from typing import Any

from linli_shared.view import View
from linli_views.meeting_board import MEETINGS, Meeting
from linli_views.resolution_board import RESOLUTIONS, Resolution
from linli_views.topic_board import TOPICS, Topic

from services.views.tests import a_chain
from services.views.tests.a_chain import CHAIN, LINKED, MEETING, RESOLUTION, TOPIC
from services.views.tests.a_log import Log, folded, uid


def row(view: View[Any], log: Log, name: str) -> Any:
    return folded(view, log.records).rows["xx", uid(name)]


def topic(log: Log) -> Topic:
    found: Topic = row(TOPICS, log, TOPIC)
    return found


def meeting(log: Log) -> Meeting:
    found: Meeting = row(MEETINGS, log, MEETING)
    return found


def resolution(log: Log) -> Resolution:
    found: Resolution = row(RESOLUTIONS, log, RESOLUTION)
    return found


def made(step: Any) -> Log:
    log = Log()
    step(log)
    return log


def test_a_topic_shows_its_cases_signers_and_where_it_stands() -> None:
    one = topic(made(a_chain.referred))
    assert (one.state, one.regime, one.chain_id) == ("screened", "advisory", CHAIN)
    assert (one.case_ids, one.cases) == (tuple(LINKED["case_ids"]), 3)
    assert (one.co_signers, one.title) == (6, "电动车充电桩")
    one = topic(made(a_chain.adopted))
    assert (one.state, one.meeting_id, one.resolution_id) == (
        "adopted", uid(MEETING), uid(RESOLUTION),
    )  # fmt: skip


def test_a_topic_comes_again_or_waits_for_another_meeting() -> None:
    log = made(a_chain.referred)
    log.topic(TOPIC, "TopicScheduled", meeting_id=uid(MEETING))
    log.topic(TOPIC, "TopicReturned", meeting_id=uid(MEETING))
    assert (topic(log).state, topic(log).meeting_id) == ("scheduled", uid(MEETING))
    log.topic(TOPIC, "TopicDeferred")
    assert (topic(log).state, topic(log).meeting_id) == ("deferred", None)
    log.topic(TOPIC, "TopicWithdrawn")
    assert topic(log).state == "withdrawn"


def test_a_meeting_shows_its_notice_quorum_votes_and_minutes() -> None:
    log = Log()
    a_chain.voted(log)
    one = meeting(log)
    assert (one.state, one.notices, one.invited) == ("closed", 1, 41)
    assert one.invited_owners + one.invited_property + one.invited_community == 41
    assert (one.present, one.need) == (29, 21)
    (item,) = one.agenda
    assert (item["vote"], item["adopted"], item["resolution_id"]) == (
        "closed", True, str(uid(RESOLUTION)),
    )  # fmt: skip
    assert (item["in_favour"], item["against"], item["abstained"]) == (24, 3, 2)
    log.meeting(MEETING, "MinutesOverdue", n=1)
    log.meeting(MEETING, "MinutesPublished")
    assert (meeting(log).state, meeting(log).minutes_overdue) == ("minutes_published", 1)
    assert meeting(log).minutes_ref


def test_an_adjourned_meeting_has_a_void_vote_and_is_noticed_again() -> None:
    log = Log()
    log.meeting(MEETING, "MeetingPlanned", agenda=[uid(TOPIC)])
    log.meeting(MEETING, "MeetingNoticed")
    log.meeting(MEETING, "MeetingOpened")
    log.meeting(MEETING, "VoteOpened", topic_id=uid(TOPIC))
    assert meeting(log).agenda[0]["vote"] == "open"
    log.meeting(MEETING, "VoteVoid", topic_id=uid(TOPIC))
    log.meeting(MEETING, "MeetingAdjournedForQuorum")
    assert (meeting(log).state, meeting(log).agenda[0]["vote"]) == ("adjourned", "void")
    later = "2020-11-25T19:00:00+08:00"
    log.meeting(MEETING, "MeetingNoticed", n=2, starts_at=later)
    assert (meeting(log).state, meeting(log).notices) == ("noticed", 2)
    assert meeting(log).starts_at.isoformat() == later
    log.meeting(MEETING, "MeetingCancelled")
    assert meeting(log).state == "cancelled"


def test_a_resolution_shows_its_result_actions_and_when_it_is_evaluated() -> None:
    one = resolution(made(a_chain.adopted))
    assert (one.state, one.in_favour, one.present, one.cases) == ("publicised", 24, 29, 3)
    assert one.publicised_until is not None
    one = resolution(made(a_chain.executed))
    assert (one.state, one.chain_id) == ("executed", CHAIN)
    assert [(a["owner_id"], a["state"]) for a in one.actions] == [
        ("he", "verified"), ("xie", "verified"),
    ]  # fmt: skip
    assert [e["n"] for e in one.evaluations] == [1, 2]
    one = resolution(a_chain.effective())
    assert (one.state, one.verdict) == ("evaluated_effective", "effective")
    assert [e["n"] for e in one.evaluations] == [2]


def test_what_is_late_is_shown_and_an_overturned_resolution_names_what_follows() -> None:
    log = made(a_chain.adopted)
    log.resolution(RESOLUTION, "ResolutionIdle", TOPIC)
    assert resolution(log).idle
    log.resolution(RESOLUTION, "ActionAssigned", TOPIC, action_id=1)
    log.resolution(RESOLUTION, "ActionOverdue", TOPIC, action_id=1)
    assert resolution(log).actions[0]["overdue"]
    assert not resolution(log).idle
    log.resolution(RESOLUTION, "EvaluationScheduled", TOPIC, n=1)
    log.resolution(RESOLUTION, "EvaluationMissed", TOPIC, n=1)
    assert resolution(log).evaluations[0]["missed"]
    one = resolution(a_chain.overturned())
    assert (one.state, one.follow_up_topic_id) == ("overturned", uid("again"))
    assert one.evaluations == ()


def test_who_voted_how_is_on_no_board() -> None:
    log = Log()
    a_chain.voted(log)
    assert "'o1'" not in repr(meeting(log))
    assert "against'" not in repr([i for i in meeting(log).agenda if i["vote"] != "closed"])
