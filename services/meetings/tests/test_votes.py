"""Advisory votes of a meeting 会议: opened on a topic of its agenda, closed with a quorum."""

from datetime import timedelta

import pytest
from linli_meetings.meetings.commands import CloseVote, OpenVote
from linli_meetings.meetings.events import BallotReplaced, MeetingEvent
from linli_meetings.meetings.policy import Policy
from linli_meetings.meetings.terms import Choice, Kind, Status
from linli_meetings.meetings.voting import adopts
from linli_meetings.results import Quorum, Tally
from linli_meetings.terms import Regime
from linli_meetings.topics.terms import Status as TopicStatus

from services.meetings.tests.a_meeting import (
    ADJOURNED,
    AT,
    CAME,
    CHAIR,
    CLERK,
    HANDS,
    NOTHING,
    NOTICED,
    OPENED,
    OWNERS,
    PLANNED,
    PROPERTY,
    QUORUM,
    RESULT,
    STARTS,
    VOID,
    VOTE_CLOSED,
    VOTE_OPENED,
    VOTING,
    ballot,
    by,
    hand,
    stay,
    stays,
    topic,
)
from services.meetings.tests.a_topic import CASES, ELSEWHERE, TOPIC, changed

H = timedelta(hours=1)
OPEN = AT[Status.OPENED]
RECUSED = OpenVote(topic_id=TOPIC, recused_ids=("o23",)).learned(topic=topic())
CLOSE = CloseVote(topic_id=TOPIC).learned(topic=topic())


def replacing(ballot: MeetingEvent, n: int) -> BallotReplaced:
    """The same ballot, in the place of the `n`th."""
    return BallotReplaced.model_validate({**dict(ballot), "kind": "deliberation", "replaces": n})


# --- opening ---------------------------------------------------------------------------------


def test_the_chair_opens_the_vote_on_a_topic_of_the_agenda() -> None:
    OPEN.when(by(CHAIR, RECUSED)).then(VOTE_OPENED)
    OPEN.when(by(CLERK, RECUSED)).then(changed(VOTE_OPENED, by_id=CLERK))
    OPEN.when(by("o1", RECUSED)).rejected("ROLE_NOT_PERMITTED", roles=["chair"])


def test_there_is_nothing_to_vote_on_beside_the_agenda() -> None:
    OPEN.when(by(CHAIR, OpenVote(topic_id=ELSEWHERE).learned(topic=topic()))).rejected("NOT_FOUND")
    OPEN.when(by(CHAIR, OpenVote(topic_id=TOPIC).learned(topic=None))).rejected("NOT_FOUND")
    other = OpenVote(topic_id=TOPIC).learned(topic=topic(meeting_id=ELSEWHERE))
    OPEN.when(by(CHAIR, other)).rejected("NOT_FOUND")


def test_a_topic_that_was_withdrawn_meanwhile_is_not_voted_on() -> None:
    gone = OpenVote(topic_id=TOPIC).learned(topic=topic(status=TopicStatus.WITHDRAWN))
    OPEN.when(by(CHAIR, gone)).rejected("INVALID_TRANSITION", **{"from": "withdrawn"})


@pytest.mark.parametrize("regime", [Regime.STATUTORY_ORDINARY, Regime.STATUTORY_SPECIAL])
def test_what_owners_decide_jointly_has_no_advisory_vote(regime: Regime) -> None:
    joint = OpenVote(topic_id=TOPIC).learned(topic=topic(regime=regime))
    OPEN.when(by(CHAIR, joint)).rejected("REGIME_MISMATCH", needed=regime)


def test_a_vote_is_opened_once() -> None:
    told = {"from": "open", "to": "open", "allowed": ["closed"]}
    VOTING.when(by(CHAIR, RECUSED)).rejected("INVALID_TRANSITION", **told)
    done = VOTING.given(*HANDS, VOTE_CLOSED)
    over = {"from": "closed", "to": "open", "allowed": []}
    done.when(by(CHAIR, RECUSED)).rejected("INVALID_TRANSITION", **over)


def test_or_again_when_it_had_no_result() -> None:
    again = VOTING.given(*HANDS, VOID, ADJOURNED, NOTICED, *stays(CAME), OPENED)
    again.when(by(CHAIR, RECUSED)).then(VOTE_OPENED)
    recast = hand("o1", Choice.FOR, 1)
    again.given(VOTE_OPENED).when(by(CLERK, ballot(voter_id="o1"))).then(recast)


# --- closing ---------------------------------------------------------------------------------


def test_24_for_3_against_2_abstaining_of_29_adopt() -> None:
    VOTING.given(*HANDS).when(by(CHAIR, CLOSE)).then(VOTE_CLOSED)
    VOTING.given(*HANDS).when(by("o1", CLOSE)).rejected("ROLE_NOT_PERMITTED", roles=["chair"])


@pytest.mark.parametrize(
    ("votes", "adopted"),
    [((24, 3, 2), True), ((15, 14, 0), True), ((14, 14, 0), False), ((14, 0, 14), False),
     ((1, 0, 0), True), ((0, 0, 1), False), ((0, 0, 0), False)],
)  # fmt: skip
def test_more_than_half_of_the_ballots_adopt_and_who_abstains_has_cast_one(
    votes: tuple[int, int, int], adopted: bool
) -> None:
    in_favour, against, abstained = votes
    tally = Tally(in_favour=in_favour, against=against, abstained=abstained)
    assert adopts(tally, Policy()) is adopted


def test_only_the_last_ballot_of_each_counts() -> None:
    changed_mind = replacing(hand("o1", Choice.AGAINST, 30), 1)
    tally = Tally(in_favour=23, against=4, abstained=2)
    closed = changed(VOTE_CLOSED, result=RESULT.model_copy(update={"tally": tally}))
    VOTING.given(*HANDS, changed_mind).when(by(CHAIR, CLOSE)).then(closed)


def test_opened_with_21_and_two_gone_it_has_lost_its_quorum() -> None:
    there = [*OWNERS[:17], *PROPERTY[:3], CHAIR]
    opened = NOTHING.given(PLANNED, NOTICED, *stays(there), OPENED, VOTE_OPENED)
    gone = [stay(person, STARTS - H, STARTS) for person in ("o1", "o2")]
    refused = opened.given(*gone).when(by(CHAIR, CLOSE)).rejected("QUORUM_LOST")
    assert refused.params == {"basis": "headcount", "have": 19, "need": 21}
    back = opened.given(*gone, stay("o1"), stay("o2"))
    quorum = Quorum(invited=41, present=21, need=21, owners=17, property=3, community=1)
    nothing = Tally(in_favour=0, against=0, abstained=0)
    result = RESULT.model_copy(update={"quorum": quorum, "tally": nothing, "adopted": False})
    back.when(by(CHAIR, CLOSE)).then(changed(VOTE_CLOSED, result=result))


def test_so_it_has_when_a_party_is_gone() -> None:
    gone = [stay(person, STARTS - H, STARTS) for person in ("c1", "c2")]
    refused = VOTING.given(*HANDS, *gone).when(by(CHAIR, CLOSE)).rejected("QUORUM_LOST")
    assert refused.params == {"basis": "party", "missing": ["community"]}


def test_the_result_names_the_cases_that_are_linked_by_then() -> None:
    late = CLOSE.learned(topic=topic(case_ids=(*CASES, ELSEWHERE)))
    result = RESULT.model_copy(update={"case_ids": (*CASES, ELSEWHERE)})
    VOTING.given(*HANDS).when(by(CHAIR, late)).then(changed(VOTE_CLOSED, result=result))


def test_a_meeting_without_a_quorum_rule_closes_its_votes() -> None:
    planned = changed(PLANNED, meeting_kind=Kind.EXCHANGE_VISIT)
    spec = NOTHING.given(planned, NOTICED, OPENED, VOTE_OPENED)
    quorum = QUORUM.model_copy(
        update={"present": 0, "need": 0, "owners": 0, "property": 0, "community": 0}
    )
    nothing = Tally(in_favour=0, against=0, abstained=0)
    result = RESULT.model_copy(update={"quorum": quorum, "tally": nothing, "adopted": False})
    closed = changed(VOTE_CLOSED, meeting_kind=Kind.EXCHANGE_VISIT, result=result)
    spec.when(by(CHAIR, CLOSE)).then(closed)
