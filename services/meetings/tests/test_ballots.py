"""Ballots of an advisory vote: who may cast one, once, for themselves and for others."""

from datetime import timedelta

import pytest
from linli_meetings.meetings.commands import CastBallot, CloseVote, OpenVote
from linli_meetings.meetings.events import BallotCast, BallotReplaced, MeetingEvent
from linli_meetings.meetings.terms import Choice, Status
from linli_meetings.terms import Party

from services.meetings.tests.a_meeting import (
    AT,
    CHAIR,
    CLERK,
    HANDS,
    SECOND,
    STARTS,
    STRANGER,
    VOID,
    VOTE_CLOSED,
    VOTE_OPENED,
    VOTING,
    ballot,
    by,
    hand,
    of_vote,
    stay,
    topic,
)
from services.meetings.tests.a_topic import TOPIC, changed

H = timedelta(hours=1)
OPEN = AT[Status.OPENED]
RECUSED = OpenVote(topic_id=TOPIC, recused_ids=("o23",)).learned(topic=topic())
CLOSE = CloseVote(topic_id=TOPIC).learned(topic=topic())


def replacing(ballot: MeetingEvent, n: int) -> BallotReplaced:
    """The same ballot, in the place of the `n`th."""
    return BallotReplaced.model_validate({**dict(ballot), "kind": "deliberation", "replaces": n})


# --- casting ---------------------------------------------------------------------------------

OWN = BallotCast(**of_vote("o1"), n=1, voter_id="o1", party=Party.OWNERS, choice=Choice.FOR)


def test_who_is_invited_and_there_votes() -> None:
    VOTING.when(by("o1", ballot())).then(OWN)
    VOTING.when(by("p1", ballot("abstain"))).then(
        changed(OWN, by_id="p1", voter_id="p1", party=Party.PROPERTY, choice=Choice.ABSTAIN)
    )


def test_a_clerk_writes_down_raised_hands() -> None:
    VOTING.when(by(CLERK, ballot("against", voter_id="o1"))).then(hand("o1", Choice.AGAINST, 1))


def test_nobody_else_votes_in_anothers_name() -> None:
    asked = by("o2", ballot(voter_id="o1"))
    VOTING.when(asked).rejected("ROLE_NOT_PERMITTED", roles=["voter", "proxy"])


@pytest.mark.parametrize("voter", [STRANGER, "o30"], ids=["not invited", "not there"])
def test_who_is_not_invited_or_not_there_does_not(voter: str) -> None:
    spec = VOTING.given(stay(STRANGER))
    spec.when(by(voter, ballot())).rejected("NOT_ELIGIBLE")
    spec.when(by(CLERK, ballot(voter_id=voter))).rejected("NOT_ELIGIBLE")


def test_who_has_left_does_not() -> None:
    VOTING.given(stay("o1", STARTS - H, STARTS)).when(by("o1", ballot())).rejected("NOT_ELIGIBLE")


def test_who_would_benefit_directly_does_not_vote_for_anybody() -> None:
    spec = OPEN.given(VOTE_OPENED)
    spec.when(by("o23", ballot())).rejected("RECUSAL_REQUIRED")
    proxy = ballot(voter_id="o30", mandate={"proxy_id": "o23", "mandate_id": "doc-1"})
    spec.when(by("o23", proxy)).rejected("RECUSAL_REQUIRED")
    absent = ballot(voter_id="o23", mandate={"proxy_id": "o1", "mandate_id": "doc-1"})
    spec.when(by("o1", absent)).rejected("RECUSAL_REQUIRED")


@pytest.mark.parametrize("person", ["o1", CLERK])
@pytest.mark.parametrize("command", [ballot(voter_id="o1"), CLOSE])
def test_it_is_said_when_a_vote_is_not_open(person: str, command: CastBallot | CloseVote) -> None:
    asked = by(CHAIR if command is CLOSE else person, command)
    for spec in (
        *(AT[status] for status in Status),
        VOTING.given(*HANDS, VOTE_CLOSED),
        VOTING.given(VOID),
    ):
        spec.when(asked).rejected("VOTE_NOT_OPEN")


def test_each_topic_has_its_own_vote() -> None:
    second = changed(VOTE_OPENED, topic_id=SECOND, recused_ids=())
    both = VOTING.given(OWN, second)
    both.when(by("o1", ballot(topic_id=SECOND))).then(changed(OWN, topic_id=SECOND))


# --- once ------------------------------------------------------------------------------------


def test_nobody_votes_twice() -> None:
    VOTING.given(OWN).when(by("o1", ballot("against"))).rejected("ALREADY_VOTED", choice=Choice.FOR)


def test_before_the_close_a_ballot_may_be_replaced_and_both_stay_known() -> None:
    replaced = BallotReplaced(
        **of_vote("o1"), n=2, voter_id="o1", party=Party.OWNERS, choice=Choice.AGAINST, replaces=1
    )
    VOTING.given(OWN).when(by("o1", ballot("against", replace=True))).then(replaced)
    third = replaced.model_copy(update={"n": 3, "choice": Choice.ABSTAIN, "replaces": 2})
    spec = VOTING.given(OWN, replaced)
    spec.when(by("o1", ballot("abstain", replace=True))).then(third)
    VOTING.given(*HANDS, VOTE_CLOSED).when(by("o1", ballot(replace=True))).rejected("VOTE_NOT_OPEN")


def test_there_may_be_nothing_yet_to_replace() -> None:
    VOTING.when(by("o1", ballot(replace=True))).then(OWN)


# --- for others ------------------------------------------------------------------------------


def for_(voter: str, proxy: str = "o1") -> CastBallot:
    return ballot(voter_id=voter, mandate={"proxy_id": proxy, "mandate_id": "doc-1"})


def proxied(voter: str, n: int) -> MeetingEvent:
    return changed(OWN, n=n, voter_id=voter, proxy_id="o1", mandate_id="doc-1", party=Party.OWNERS)


def test_somebody_who_is_there_votes_for_up_to_three_with_their_mandates() -> None:
    three = [proxied(voter, n) for n, voter in enumerate(["o30", "o31", "o32"], 2)]
    VOTING.given(OWN, *three[:2]).when(by("o1", for_("o32"))).then(three[2])
    full = VOTING.given(OWN, *three)
    full.when(by("o1", for_("o29"))).rejected("PROXY_LIMIT_EXCEEDED", limit=3)
    full.when(by("o2", for_("o29", "o2"))).then(
        changed(proxied("o29", 5), by_id="o2", proxy_id="o2")
    )


def test_replacing_a_ballot_is_not_a_fourth() -> None:
    three = [proxied(voter, n) for n, voter in enumerate(["o30", "o31", "o32"], 1)]
    again = for_("o32").model_copy(update={"replace": True})
    replaced = replacing(proxied("o32", 4), 3)
    VOTING.given(*three).when(by("o1", again)).then(replaced)


def test_a_proxy_is_there() -> None:
    VOTING.when(by("o30", for_("o31", "o30"))).rejected("PROXY_LIMIT_EXCEEDED", limit=3)


def test_only_the_proxy_or_a_clerk_uses_a_mandate() -> None:
    VOTING.when(by("o2", for_("o30"))).rejected("ROLE_NOT_PERMITTED", roles=["voter", "proxy"])
    VOTING.when(by(CLERK, for_("o30"))).then(changed(proxied("o30", 1), by_id=CLERK))
