"""What may be asked of a topic 议题, and what is refused."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from linli_language.roles import Role
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.events import MeetingEvent
from linli_meetings.meetings.terms import Status as MeetingStatus
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.commands import (
    DeferTopic,
    LinkCase,
    MarkDecided,
    MarkDeliberated,
    MarkVoted,
    ReturnTopic,
    ScheduleTopic,
    ScreenTopic,
    WithdrawTopic,
)
from linli_meetings.topics.events import CaseLinkedToTopic
from linli_meetings.topics.reservations import taken, title_key
from linli_meetings.topics.terms import LINKABLE, Cause, Status
from linli_shared.decider import Hold, Release
from linli_shared.testing import said

from services.meetings.tests.a_meeting import PAST, PLANNED
from services.meetings.tests.a_topic import (
    ADOPTED,
    AT,
    CASES,
    DEFERRED,
    DELIBERATED,
    DENG,
    ELSEWHERE,
    FOURTH,
    LI,
    LINKED,
    MEETING,
    NOTHING,
    NOW,
    OFFICER,
    OPERATOR,
    PROCESS,
    PROPOSED,
    REJECTED,
    RESOLUTION,
    RETURNED,
    SCHEDULED,
    SCREENED,
    SIX,
    TOPIC,
    VOTED,
    WITHDRAWN,
    ZHOU,
    by,
    changed,
    of,
    proposal,
)

# --- proposing -------------------------------------------------------------------------------

OWN = PROPOSED.model_copy(update={"by_id": LI, "case_ids": (), "origin": "proposed"})


def test_a_resident_proposes_with_five_co_signers() -> None:
    NOTHING.when(by(LI, proposal())).then(OWN)
    five = OWN.model_copy(update={"co_signer_ids": SIX[:5]})
    NOTHING.when(by(LI, proposal(co_signer_ids=SIX[:5]))).then(five)


@pytest.mark.parametrize(
    ("co_signers", "have"),
    [((), 0), (SIX[:4], 4), ((*SIX[:4], "n1"), 4), ((*SIX[:4], LI), 4)],
    ids=["nobody", "four", "one of them twice", "oneself"],
)
def test_a_resident_with_fewer_is_told_how_many_are_missing(
    co_signers: tuple[str, ...], have: int
) -> None:
    asked = by(LI, proposal(co_signer_ids=co_signers))
    NOTHING.when(asked).rejected("COSIGNERS_INSUFFICIENT", have=have, need=5)


@pytest.mark.parametrize("person", [DENG, OFFICER])
def test_stewards_and_the_community_need_no_co_signers(person: str) -> None:
    alone = OWN.model_copy(update={"by_id": person, "co_signer_ids": ()})
    NOTHING.when(by(person, proposal(co_signer_ids=()))).then(alone)


def test_a_referral_brings_its_cases_and_begins_their_chain() -> None:
    NOTHING.when(by(PROCESS, proposal(case_ids=CASES))).then(PROPOSED, *LINKED)
    NOTHING.when(by(PROCESS, proposal(case_ids=[*CASES, CASES[0]]))).then(PROPOSED, *LINKED)


def test_what_follows_an_overturned_resolution_stays_in_its_chain() -> None:
    again = {"chain_id": ELSEWHERE, "follow_up_of": RESOLUTION}
    NOTHING.when(by(PROCESS, proposal(**again))).then(
        PROPOSED.model_copy(update={**again, "case_ids": (), "origin": "follow_up"})
    )


def test_a_resident_refers_a_case_and_does_not_link_it() -> None:
    refused = NOTHING.when(by(LI, proposal(case_ids=CASES))).rejected("ROLE_NOT_PERMITTED")
    assert refused.params == {"roles": ["community_officer", "steward", "steward_lead"]}


@pytest.mark.parametrize("person", [LI, OFFICER])
@pytest.mark.parametrize("field", ["chain_id", "follow_up_of"])
def test_nobody_but_linli_says_what_a_topic_continues(person: str, field: str) -> None:
    asked = by(person, proposal(**{field: RESOLUTION}))
    NOTHING.when(asked).rejected("ROLE_NOT_PERMITTED", roles=["process"])


# --- one of a kind ---------------------------------------------------------------------------


def test_a_topic_keeps_its_name_and_its_cases_from_others() -> None:
    NOTHING.when(by(PROCESS, proposal(case_ids=CASES))).reserves(
        Hold("title", title_key("电动车充电桩")), *(Hold("case", str(case)) for case in CASES)
    )


def test_the_same_name_written_otherwise_is_the_same() -> None:
    assert title_key("Ｅ-bike 充电桩！") == title_key("e-BIKE充电桩")
    assert title_key("充电桩") != title_key("充电柱")


@pytest.mark.parametrize("kind", ["title", "case"])
def test_a_topic_of_that_name_or_case_is_shown(kind: str) -> None:
    refused = taken(kind, "t-7")
    assert (refused.code, refused.params) == ("TOPIC_DUPLICATE", {"existing_topic_id": "t-7"})


@pytest.mark.parametrize(
    ("status", "command"),
    [
        (Status.VOTED, by(PROCESS, MarkDecided(resolution_id=RESOLUTION, adopted=True))),
        (Status.VOTED, by(PROCESS, MarkDecided(resolution_id=RESOLUTION, adopted=False))),
        (Status.SCREENED, by(OFFICER, WithdrawTopic(reason="已另行解决"))),
    ],
    ids=["adopted", "rejected", "withdrawn"],
)
def test_both_are_free_at_its_end(status: Status, command: MarkDecided | WithdrawTopic) -> None:
    AT[status].when(command).reserves(Release("title"), Release("case"))


def test_a_deferred_topic_keeps_them() -> None:
    AT[Status.SCHEDULED].when(by(OFFICER, DeferTopic())).reserves()


# --- linking ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(LINKABLE))
def test_a_case_is_linked_until_the_vote(status: Status) -> None:
    more = CaseLinkedToTopic(**of(DENG, case_ids=(*CASES, FOURTH)), case_id=FOURTH)
    AT[status].when(by(DENG, LinkCase(case_id=FOURTH))).then(more)
    AT[status].when(by(DENG, LinkCase(case_id=FOURTH))).reserves(Hold("case", str(FOURTH)))


def test_linking_it_again_changes_nothing() -> None:
    AT[Status.PROPOSED].when(by(DENG, LinkCase(case_id=CASES[1]))).then()


def test_later_events_name_all_cases() -> None:
    more = CaseLinkedToTopic(**of(DENG, case_ids=(*CASES, FOURTH)), case_id=FOURTH)
    screened = SCREENED.model_copy(update={"case_ids": (*CASES, FOURTH)})
    asked = by(OFFICER, ScreenTopic(matter=Matter.NONE, regime=Regime.ADVISORY))
    AT[Status.PROPOSED].given(more).when(asked).then(screened)


# --- with a meeting --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.SCREENED, Status.DEFERRED])
def test_it_is_put_on_an_agenda(status: Status) -> None:
    AT[status].when(by(PROCESS, ScheduleTopic(meeting_id=MEETING))).then(SCHEDULED)


def scheduling(past: Iterable[MeetingEvent], topic: UUID = TOPIC) -> ScheduleTopic:
    """By a convener, of a meeting as it is by then."""
    asked = ScheduleTopic(meeting_id=MEETING).learned(meeting=MEETINGS.fold(past))
    return said(asked, topic, NOW, OPERATOR, Role.OPERATOR)


def test_by_hand_it_is_put_only_on_an_agenda_that_has_it() -> None:
    """Checked by taking the refusals out of `schedule`: all are accepted."""
    deferred = AT[Status.DEFERRED]
    deferred.when(scheduling([PLANNED])).then(changed(SCHEDULED, by_id=OPERATOR))
    deferred.when(scheduling([])).rejected("NOT_FOUND")
    deferred.when(scheduling([PLANNED], ELSEWHERE)).rejected("NOT_FOUND")


@pytest.mark.parametrize("over", ["closed", "minutes_published", "cancelled"])
def test_by_hand_it_is_not_put_on_the_agenda_of_a_meeting_that_is_over(over: str) -> None:
    told = {"from": over, "to": "scheduled", "allowed": []}
    asked = scheduling(PAST[MeetingStatus(over)])
    AT[Status.DEFERRED].when(asked).rejected("INVALID_TRANSITION", **told)


def test_the_meeting_deliberates_and_votes() -> None:
    AT[Status.SCHEDULED].when(by(PROCESS, MarkDeliberated(meeting_id=MEETING))).then(DELIBERATED)
    AT[Status.DELIBERATED].when(by(PROCESS, MarkVoted(meeting_id=MEETING))).then(VOTED)
    AT[Status.SCHEDULED].when(by(PROCESS, MarkVoted(meeting_id=MEETING))).then(VOTED)


@pytest.mark.parametrize("command", [MarkDeliberated, MarkVoted, ReturnTopic])
def test_another_meeting_has_no_say_in_it(
    command: type[MarkDeliberated | MarkVoted | ReturnTopic],
) -> None:
    asked = by(PROCESS, command(meeting_id=ELSEWHERE))
    AT[Status.SCHEDULED].when(asked).rejected("NOT_FOUND")


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.DELIBERATED])
def test_a_topic_of_an_adjourned_meeting_is_scheduled_again(status: Status) -> None:
    AT[status].when(by(PROCESS, ReturnTopic(meeting_id=MEETING))).then(RETURNED)
    returned = AT[status].given(RETURNED)
    returned.when(by(PROCESS, MarkDeliberated(meeting_id=MEETING))).then(DELIBERATED)


@pytest.mark.parametrize("status", [Status.SCREENED, Status.SCHEDULED, Status.DELIBERATED])
def test_a_deferred_topic_waits_for_another_meeting(status: Status) -> None:
    AT[status].when(by(OFFICER, DeferTopic())).then(DEFERRED)
    deferred = AT[status].given(DEFERRED)
    deferred.when(by(PROCESS, MarkDeliberated(meeting_id=MEETING))).rejected("INVALID_TRANSITION")
    deferred.when(by(PROCESS, ScheduleTopic(meeting_id=MEETING))).then(SCHEDULED)


def test_a_meeting_that_does_not_have_it_does_not_defer_it() -> None:
    """Two may have planned it, of which one has it."""
    mine, other = (DeferTopic(cause=Cause.CANCELLED, meeting_id=m) for m in (MEETING, ELSEWHERE))
    AT[Status.SCHEDULED].when(by(PROCESS, other)).rejected("NOT_FOUND")
    cancelled = changed(DEFERRED, by_id=PROCESS, cause=Cause.CANCELLED)
    AT[Status.SCHEDULED].when(by(PROCESS, mine)).then(cancelled)


def test_its_resolution_decides_it() -> None:
    voted = AT[Status.VOTED]
    voted.when(by(PROCESS, MarkDecided(resolution_id=RESOLUTION, adopted=True))).then(ADOPTED)
    voted.when(by(PROCESS, MarkDecided(resolution_id=RESOLUTION, adopted=False))).then(REJECTED)


# --- withdrawing -----------------------------------------------------------------------------


def test_whoever_proposed_it_or_the_community_withdraws_it() -> None:
    withdraw = WithdrawTopic(reason="已另行解决")
    AT[Status.SCREENED].when(by(OFFICER, withdraw)).then(WITHDRAWN)
    own = WITHDRAWN.model_copy(update={"by_id": LI, "case_ids": ()})
    NOTHING.given(OWN).when(by(LI, withdraw)).then(own)


@pytest.mark.parametrize("person", [ZHOU, DENG])
def test_nobody_else_does(person: str) -> None:
    asked = by(person, WithdrawTopic(reason="不同意"))
    NOTHING.given(OWN).when(asked).rejected(
        "ROLE_NOT_PERMITTED", roles=["proposer", "community_officer"]
    )
