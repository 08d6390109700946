"""Advisory votes of a meeting 会议: open, by hand, one effective ballot a voter."""

from collections import Counter
from collections.abc import Sequence
from uuid import uuid5

from linli_shared import lifecycle
from linli_shared.decider import Rejected

from linli_meetings.meetings.commands import CastBallot, CloseVote, OpenVote
from linli_meetings.meetings.events import (
    BallotCast,
    BallotReplaced,
    MeetingEvent,
    VoteClosed,
    VoteOpened,
)
from linli_meetings.meetings.moves import VOTE_MOVES
from linli_meetings.meetings.policy import Policy
from linli_meetings.meetings.quorum import counted, lacking
from linli_meetings.meetings.speaking import by_chair_or_clerk, facts_of_vote
from linli_meetings.meetings.state import Meeting, Vote
from linli_meetings.meetings.terms import Choice, VoteStatus
from linli_meetings.results import Result, Tally
from linli_meetings.terms import Regime
from linli_meetings.topics import moves as topics
from linli_meetings.topics.commands import CONVENERS, MarkDeliberated


def open_vote(command: OpenVote, meeting: Meeting) -> Sequence[MeetingEvent]:
    by_chair_or_clerk(command, meeting)
    topic = command._topic
    if command.topic_id not in meeting.agenda or topic is None:
        raise Rejected("NOT_FOUND")
    lifecycle.check(VOTE_MOVES, command, meeting.vote_status(command.topic_id))
    lifecycle.check(topics.MOVES, MarkDeliberated(meeting_id=command.key), topic.status)
    if topic.meeting_id != command.key:
        raise Rejected("NOT_FOUND")
    if topic.regime is not Regime.ADVISORY:  # owners decide it, by area and by head
        raise Rejected("REGIME_MISMATCH", needed=topic.regime)
    return [
        VoteOpened(
            **facts_of_vote(command, meeting, command.topic_id, topic.chain_id),
            title=topic.title,
            regime=topic.regime,
            recused_ids=command.recused_ids,
        )
    ]


def cast(command: CastBallot, meeting: Meeting) -> Sequence[MeetingEvent]:
    vote = _open(command, meeting)
    voter, mandate = command.voter_id or command.actor.id, command.mandate
    proxy = mandate.proxy_id if mandate else None
    if command.actor.id != (proxy or voter) and not command.actor.roles & {*CONVENERS}:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["voter", "proxy"])
    _must_be_eligible(command, voter, proxy, meeting, vote)
    ballot = facts_of_vote(command, meeting, command.topic_id, vote.chain_id) | {
        "n": vote.cast + 1,
        "voter_id": voter,
        "party": meeting.invited[voter],
        "choice": command.choice,
        "proxy_id": proxy,
        "mandate_id": mandate.mandate_id if mandate else None,
    }
    if (before := vote.ballots.get(voter)) is None:
        return [BallotCast(**ballot)]
    if not command.replace:
        raise Rejected("ALREADY_VOTED", choice=before.choice)
    return [BallotReplaced(**ballot, replaces=before.n)]


def _must_be_eligible(
    command: CastBallot, voter: str, proxy: str | None, meeting: Meeting, vote: Vote
) -> None:
    """Invited and there; or represented by somebody who is there, and for few enough others."""
    if voter not in meeting.invited:
        raise Rejected("NOT_ELIGIBLE")
    if vote.recused & {voter, proxy}:
        raise Rejected("RECUSAL_REQUIRED")
    if proxy is None:
        if not meeting.there(voter, command.at):
            raise Rejected("NOT_ELIGIBLE")
        return
    limit = command._policy.proxies
    others = [v for v, ballot in vote.ballots.items() if ballot.proxy_id == proxy and v != voter]
    if len(others) >= limit or not meeting.there(proxy, command.at):
        raise Rejected("PROXY_LIMIT_EXCEEDED", limit=limit)


def close_vote(command: CloseVote, meeting: Meeting) -> Sequence[MeetingEvent]:
    by_chair_or_clerk(command, meeting)
    vote, topic, policy = _open(command, meeting), command._topic, command._policy
    assert topic is not None, "a vote is opened on a topic that is there"
    quorum = counted(meeting, command.at, policy)
    if lack := lacking(meeting, quorum, policy):
        raise Rejected("QUORUM_LOST", **lack)
    tally = counted_ballots(vote)
    return [
        VoteClosed(
            **facts_of_vote(command, meeting, command.topic_id, vote.chain_id),
            # Known before it is there, so that whoever brings it again meets the same.
            resolution_id=uuid5(command.key, str(command.topic_id)),
            result=Result(
                title=topic.title,
                chain_id=topic.chain_id,
                case_ids=topic.case_ids,
                regime=topic.regime,
                chair_id=meeting.chair_id,
                tally=tally,
                quorum=quorum,
                adopted=adopts(tally, policy),
                policy_version=policy.version,
            ),
        )
    ]


def counted_ballots(vote: Vote) -> Tally:
    found = Counter(ballot.choice for ballot in vote.ballots.values())
    return Tally(
        in_favour=found[Choice.FOR],
        against=found[Choice.AGAINST],
        abstained=found[Choice.ABSTAIN],
    )


def adopts(tally: Tally, policy: Policy) -> bool:
    return tally.in_favour * policy.majority.of > tally.cast * policy.majority.parts


def _open(command: CastBallot | CloseVote, meeting: Meeting) -> Vote:
    vote = meeting.votes.get(command.topic_id)
    if vote is None or vote.status is not VoteStatus.OPEN:
        raise Rejected("VOTE_NOT_OPEN")
    return vote
