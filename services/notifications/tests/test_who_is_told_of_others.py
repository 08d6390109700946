"""Which fact of shifts, visits, meetings and resolutions tells whom, and what it never says."""

from typing import Any

import pytest
from linli_notifications.inbox import INBOX
from linli_notifications.mapping import NOTICES
from linli_shared.fold import fold

from services.notifications.tests.a_log import Log, record, sent, told, uid

PEOPLE = ["o1", "o2", "p1"]


def planned() -> Log:
    log = Log()
    log.shift("ShiftPlanned", by="peng")
    return log


def visiting() -> Log:
    """Peng has planned it, Guan has sent Tang."""
    log = Log()
    log.visit("VisitScheduled", by="peng")
    log.visit("VisitorAssigned", by="guan", visitor_id="tang")
    return log


def noticed() -> Log:
    log = Log()
    log.topic("TopicProposed", by="li", co_signer_ids=["zhou", "o1"])
    log.meeting("MeetingPlanned", by="desk", chair_id="c1")
    log.meeting("MeetingNoticed", invited_ids=PEOPLE)
    return log


def adopted() -> Log:
    log = noticed()
    log.resolution("ResolutionAdopted", by="system:results")
    return log


def params(log: Log) -> dict[str, str]:
    return dict(sent(log.records)[-1].params)


def test_who_signs_up_gets_a_receipt_and_whoever_is_put_down_hears_of_it() -> None:
    log = planned()
    log.shift("SignupConfirmed", by="tang", person_id="tang")
    assert told(log) == [("tang", "shift_confirmed")]
    assert params(log) == {"starts_at": "2020-09-07 16:20", "post": "school-gate"}
    log.shift("SignupConfirmed", by="peng", person_id="luo")
    assert told(log) == [("luo", "shift_confirmed")]
    log.shift("SignupWaitlisted", by="sun", person_id="sun", position=1)
    assert told(log) == [("sun", "shift_waitlisted")]
    log.shift("WaitlistPromoted", by="tang", person_id="sun")
    assert told(log) == [("sun", "shift_promoted")]


def test_a_cancelled_shift_is_told_to_those_in_it_and_those_who_wait() -> None:
    log = planned()
    log.shift("ShiftCancelled", by="peng", expected=["tang", "luo"], waiting=["sun"])
    assert told(log) == [(person, "shift_cancelled") for person in ("luo", "sun", "tang")]


def test_too_few_hands_are_told_to_who_planned_the_shift() -> None:
    log = planned()
    log.shift("ShiftUnderstaffed", by="system:timers", present=1, min_n=2)
    assert told(log) == [("peng", "shift_understaffed")]
    assert params(log)["present"] == "1"


def test_a_visitor_hears_that_they_are_to_go_and_who_was_to_go_that_they_need_not() -> None:
    log = visiting()
    assert told(log) == [("tang", "visit_given_to_you")]
    log.visit("VisitorAssigned", by="guan", visitor_id="xie", previous_id="tang")
    assert told(log) == [("tang", "visit_taken_from_you"), ("xie", "visit_given_to_you")]
    log.visit("VisitDeclined", by="elder-luo", visitor_id="xie")
    assert told(log) == [("xie", "visit_declined")]


@pytest.mark.parametrize(
    ("name", "template"), [("VisitMissed", "visit_missed"), ("VisitNoAnswer", "visit_no_answer")]
)
def test_a_visit_that_came_to_nothing_is_told_to_who_sent_the_visitor(
    name: str, template: str
) -> None:
    log = visiting()
    log.visit(name, by="system:timers" if name == "VisitMissed" else "tang", visitor_id="tang")
    assert told(log) == [("guan", template)]


def test_a_process_that_assigns_takes_nobody_out_of_charge() -> None:
    """Checked by letting whoever assigns be in charge: nobody hears, and this fails."""
    log = visiting()
    log.visit("VisitorAssigned", by="system:recurrence", visitor_id="xie")
    log.visit("VisitMissed", by="system:timers", visitor_id="xie")
    assert told(log) == [("guan", "visit_missed")]


def test_the_invited_get_one_notice_of_the_first_date_and_one_of_each_new_one() -> None:
    """Scenario A5: an adjournment itself tells nobody. Checked by telling of it too: there are two
    messages of one new date, and this fails."""
    log = noticed()
    assert told(log) == [(person, "meeting_noticed") for person in PEOPLE]
    before = len(sent(log.records))
    log.meeting("MeetingAdjournedForQuorum", by="c1")
    log.meeting("MeetingNoticed", by="c1", invited_ids=PEOPLE, n=2)
    assert told(log) == [(person, "meeting_new_date") for person in PEOPLE]
    assert len(sent(log.records)) == before + len(PEOPLE)
    assert params(log) == {"starts_at": "2020-11-18 19:00"}


def test_an_open_vote_is_told_to_who_may_vote_and_minutes_and_a_cancellation_to_the_invited() -> (
    None
):
    log = noticed()
    log.meeting("VoteOpened", by="c1", recused_ids=["o2"])
    assert told(log) == [("o1", "vote_opened"), ("p1", "vote_opened")]
    log.meeting("MinutesPublished", by="desk")
    assert told(log) == [(person, "minutes_published") for person in PEOPLE]
    log.meeting("MinutesOverdue", by="system:timers")
    assert told(log) == [("c1", "minutes_overdue")]
    log.meeting("MeetingCancelled", by="desk")
    assert told(log) == [(person, "meeting_cancelled") for person in PEOPLE]


def test_a_result_is_told_to_the_invited_and_to_who_brought_the_topic_up_each_once() -> None:
    log = adopted()
    everybody = ["li", "o1", "o2", "p1", "zhou"]
    assert told(log) == [(person, "resolution_adopted") for person in everybody]
    assert params(log) == {"title": "电动车充电桩"}
    for name, template in (
        ("ResolutionPublicised", "resolution_publicised"),
        ("ResolutionOverturned", "resolution_overturned"),
    ):
        log.resolution(name)
        assert told(log) == [(person, template) for person in everybody]


def test_an_action_is_told_to_its_owner_and_the_chair_hears_what_is_late_or_due() -> None:
    log = adopted()
    log.resolution("ActionAssigned", owner_id="he")
    assert told(log) == [("he", "action_given_to_you")]
    assert params(log) == {"due_at": "2020-12-20 18:00"}
    log.resolution("ActionOverdue", by="system:timers", owner_id="he")
    assert told(log) == [("c1", "action_of_others_overdue"), ("he", "action_overdue")]
    log.resolution("EvaluationScheduled", by="shequ")
    assert told(log) == [("c1", "evaluation_due")]
    log.resolution("EvaluationMissed", by="system:timers")
    assert told(log) == [("c1", "evaluation_missed")]


def test_a_message_says_where_to_look_and_nothing_of_health_or_of_whom_it_is_about() -> None:
    log = visiting()
    log.visit("VisitNoAnswer", by="tang", visitor_id="tang")
    log.shift("SignupConfirmed", person_id="tang")
    adopted_too = adopted()
    links = {m.link for m in sent(log.records) + sent(adopted_too.records)}
    assert links == {
        f"visits/{uid('v')}", f"shifts/{uid('s')}", f"meetings/{uid('m')}",
        f"resolutions/{uid('r')}",
    }  # fmt: skip
    for message in sent(log.records):
        assert "elder" not in repr(message)
    assert {m.case_id or m.dispute_id for m in sent(adopted_too.records)} == {None}


def test_no_stored_fact_is_poison() -> None:
    log = Log()
    for model in NOTICES:
        if model.service != "cases":
            log.of(model.service, f"{model.place.rstrip('s')}_id", "x", model.__name__)
    for one in log.records:
        assert not fold(INBOX, [record(one.fact)], {}).parked
        assert not [e for e in one.events.values() if isinstance(e, Exception)]


def test_whoever_is_not_a_person_gets_no_message() -> None:
    log = Log()
    of: dict[str, Any] = {"by": "system:referral", "co_signer_ids": []}
    log.topic("TopicProposed", **of)
    log.meeting("MeetingNoticed", invited_ids=["o1"])
    log.resolution("ResolutionAdopted", by="system:results")
    assert told(log) == [("o1", "resolution_adopted")]


def test_a_month_without_a_check_is_told_to_who_answers_for_the_norm() -> None:
    log = Log()
    log.of("estates", "norm_id", "n", "NormCheckOverdue", by="system:timers")
    assert told(log) == [("zhao", "norm_check_overdue")]
    assert params(log) == {"norm": "service", "period": "2020-01"}
