"""A meeting 会议 from its plan to its minutes: notice, quorum, adjournment."""

from datetime import timedelta
from uuid import UUID

import pytest
from linli_meetings.meetings.commands import (
    AdjournForQuorum,
    AskForMinutes,
    CancelMeeting,
    CloseMeeting,
    IssueNotice,
    OpenMeeting,
    PublishMinutes,
)
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.terms import Kind, Status
from linli_meetings.topics.terms import Status as TopicStatus
from linli_shared.decider import Cancel, Timer

from services.meetings.tests.a_meeting import (
    ADJOURNED,
    AT,
    CAME,
    CANCELLED,
    CHAIR,
    CLERK,
    CLOSED,
    ENDS,
    HANDS,
    INVITED,
    LATER,
    MINUTED,
    MINUTES_DUE,
    MISSED,
    NOTHING,
    NOTICED,
    OWNERS,
    PLANNED,
    PLANNED_AT,
    SECOND,
    STARTS,
    VOID,
    VOTE_CLOSED,
    VOTING,
    by,
    planning,
    stay,
    stays,
    topic,
)
from services.meetings.tests.a_topic import TOPIC, changed

H = timedelta(hours=1)


# --- planning --------------------------------------------------------------------------------


def test_a_meeting_is_planned_with_its_chair_those_invited_and_an_agenda() -> None:
    NOTHING.when(by(CLERK, planning(), PLANNED_AT)).then(PLANNED)


def test_whoever_plans_it_chairs_it_unless_another_is_named() -> None:
    asked = by(CLERK, planning(chair_id=None), PLANNED_AT)
    NOTHING.when(asked).then(changed(PLANNED, chair_id=CLERK))


def test_the_same_topic_or_person_twice_is_once() -> None:
    twice = [{"person_id": who, "party": of} for who, of in INVITED.items()] * 2
    asked = by(CLERK, planning(invited=twice, agenda=[TOPIC, SECOND, TOPIC]), PLANNED_AT)
    NOTHING.when(asked).then(PLANNED)


def test_its_topics_are_there_and_ready() -> None:
    plan = planning(agenda=[TOPIC])
    gone: dict[UUID, None] = {TOPIC: None}
    NOTHING.when(by(CLERK, plan.learned(topics=gone))).rejected("NOT_FOUND")
    adopted = plan.learned(topics={TOPIC: topic(status=TopicStatus.ADOPTED)})
    NOTHING.when(by(CLERK, adopted)).rejected(
        "INVALID_TRANSITION", **{"from": "adopted", "to": "scheduled", "allowed": []}
    )


# --- notice ----------------------------------------------------------------------------------


def test_everybody_invited_is_told_in_time() -> None:
    AT[Status.PLANNED].when(by(CLERK, IssueNotice(), PLANNED_AT)).then(NOTICED)


@pytest.mark.parametrize(
    ("kind", "required_h"), [("deliberation", 72), ("tripartite", 72), ("owners_assembly", 360)]
)
def test_a_notice_is_long_enough_to_the_second(kind: str, required_h: int) -> None:
    planned = NOTHING.given(changed(PLANNED, meeting_kind=Kind(kind)))
    last = STARTS - required_h * H
    noticed = changed(NOTICED, meeting_kind=Kind(kind), occurred_at=last)
    planned.when(by(CLERK, IssueNotice(), last)).then(noticed)
    planned.when(by(CLERK, IssueNotice(), last + timedelta(seconds=1))).rejected(
        "NOTICE_TOO_SHORT", required_h=required_h, given_h=required_h - 1
    )


@pytest.mark.parametrize("kind", [Kind.EVALUATION, Kind.EXCHANGE_VISIT])
def test_any_other_meeting_is_noticed_before_it_starts(kind: Kind) -> None:
    planned = NOTHING.given(changed(PLANNED, meeting_kind=kind))
    noticed = changed(NOTICED, meeting_kind=kind, occurred_at=STARTS)
    planned.when(by(CLERK, IssueNotice(), STARTS)).then(noticed)
    planned.when(by(CLERK, IssueNotice(), STARTS + H)).rejected(
        "NOTICE_TOO_SHORT", required_h=0, given_h=0
    )


def test_when_it_happened_in_the_field_makes_no_notice_longer() -> None:
    late = IssueNotice(occurred_at=PLANNED_AT)
    AT[Status.PLANNED].when(by(CLERK, late, STARTS - 48 * H)).rejected(
        "NOTICE_TOO_SHORT", required_h=72, given_h=48
    )


def test_a_notice_may_set_another_date_and_hall() -> None:
    asked = by(CLERK, IssueNotice(starts_at=LATER, hall_id="hall-2"), PLANNED_AT)
    AT[Status.PLANNED].when(asked).then(changed(NOTICED, starts_at=LATER, hall_id="hall-2"))


# --- adjourning ------------------------------------------------------------------------------

HERE = AT[Status.NOTICED]
RENOTICED = changed(NOTICED, n=2, starts_at=LATER, by_id=CHAIR, occurred_at=STARTS)


def test_the_chair_adjourns_and_everybody_gets_one_notice_of_the_new_date() -> None:
    asked = by(CHAIR, AdjournForQuorum(starts_at=LATER))
    HERE.when(asked).then(ADJOURNED, RENOTICED)
    assert len(RENOTICED.invited_ids) == 41


def test_two_days_notice_of_the_new_date_are_too_short() -> None:
    asked = by(CHAIR, AdjournForQuorum(starts_at=STARTS + 48 * H))
    HERE.when(asked).rejected("NOTICE_TOO_SHORT", required_h=72, given_h=48)


def test_the_new_date_may_be_noticed_later_and_not_be_forgotten() -> None:
    HERE.when(by(CHAIR, AdjournForQuorum())).then(ADJOURNED)
    waiting = AT[Status.ADJOURNED]
    noticed = changed(RENOTICED, by_id=CLERK)
    waiting.when(by(CLERK, IssueNotice(starts_at=LATER))).then(noticed)
    waiting.when(by(CLERK, IssueNotice())).rejected("NOTICE_TOO_SHORT", given_h=0)


def test_the_new_date_begins_with_an_empty_room() -> None:
    again = HERE.given(*stays(OWNERS[:5]), ADJOURNED, RENOTICED)
    asked = by(CHAIR, OpenMeeting(), LATER)
    again.when(asked).rejected("QUORUM_NOT_MET", have=0, need=21)


def test_only_the_chair_adjourns() -> None:
    asked = by(CLERK, AdjournForQuorum(starts_at=LATER))
    HERE.when(asked).rejected("ROLE_NOT_PERMITTED", roles=["chair"])


@pytest.mark.parametrize("status", [Status.NOTICED, Status.OPENED])
def test_a_meeting_with_its_quorum_is_not_adjourned_for_want_of_it(status: Status) -> None:
    spec = AT[status].given(*stays(CAME))
    asked = by(CHAIR, AdjournForQuorum(starts_at=LATER))
    spec.when(asked).rejected("INVALID_TRANSITION", **{"from": status, "to": "adjourned"})


def test_a_vote_that_is_open_then_has_no_result_and_its_topic_comes_again() -> None:
    left = [stay(person, STARTS - H, STARTS) for person in CAME]
    VOTING.given(*left).when(by(CHAIR, AdjournForQuorum())).then(VOID, ADJOURNED)
    done = VOTING.given(*HANDS, VOTE_CLOSED, *left)
    done.when(by(CHAIR, AdjournForQuorum())).then(changed(ADJOURNED, topic_ids=(SECOND,)))


# --- its end ---------------------------------------------------------------------------------


def test_a_meeting_closes_and_says_what_it_has_not_voted_on() -> None:
    voted = VOTING.given(*HANDS, VOTE_CLOSED)
    voted.when(by(CHAIR, CloseMeeting(), ENDS)).then(CLOSED)
    voted.when(by("o1", CloseMeeting(), ENDS)).rejected("ROLE_NOT_PERMITTED", roles=["chair"])


def test_an_open_vote_is_not_closed_with_the_meeting() -> None:
    asked = by(CHAIR, CloseMeeting(), ENDS)
    told = {"from": "opened", "to": "closed", "allowed": []}
    VOTING.when(asked).rejected("INVALID_TRANSITION", **told)


def test_minutes_are_asked_for_after_three_and_seven_days() -> None:
    voted = VOTING.given(*HANDS, VOTE_CLOSED)
    voted.when(by(CHAIR, CloseMeeting(), ENDS)).reminds(
        Timer("minutes-1", MINUTES_DUE[0]), Timer("minutes-2", MINUTES_DUE[1])
    )
    command = MEETINGS.fired("minutes-1", MINUTES_DUE[0])
    assert command == AskForMinutes(n=1, due=MINUTES_DUE[0])
    over = AT[Status.CLOSED]
    over.when(by("system", command, MINUTES_DUE[0])).then(MISSED)
    over.given(MISSED).when(by("system", command, MINUTES_DUE[0])).then()
    AT[Status.MINUTES_PUBLISHED].when(by("system", command, MINUTES_DUE[0])).then()


def test_a_timer_of_another_due_says_nothing() -> None:
    early = AskForMinutes(n=1, due=MINUTES_DUE[0] - H)
    AT[Status.CLOSED].when(by("system", early)).then()


def test_minutes_that_are_published_are_not_asked_for() -> None:
    publish = by(CLERK, PublishMinutes(minutes_ref="doc-9"), ENDS)
    AT[Status.CLOSED].when(publish).then(MINUTED)
    AT[Status.CLOSED].when(publish).reminds(Cancel())


def test_a_cancelled_meeting_tells_those_who_know_of_it_and_keeps_its_topics() -> None:
    cancel = CancelMeeting(reason="场地停电")
    HERE.when(by(CLERK, cancel)).then(CANCELLED)
    AT[Status.PLANNED].when(by(CLERK, cancel)).then(changed(CANCELLED, invited_ids=()))
