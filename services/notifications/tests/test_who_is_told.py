"""Which event tells whom."""

from typing import Any

import pytest
from linli_notifications import events
from linli_notifications.mapping import NOTICES
from linli_notifications.templates import TEMPLATES, text

from services.notifications.tests.a_log import Log, sent, told, uid


def assigned() -> Log:
    log = Log()
    log.case("c", "CaseOpened", by="li")
    log.case("c", "CaseAcknowledged")
    log.case("c", "CaseAssigned", assignee_id="wang")
    return log


def merged() -> Log:
    """Zhou's case was merged into Li's."""
    log = Log()
    log.case("parent", "CaseOpened", by="li")
    log.case("child", "CaseOpened", by="zhou", of="zhou")
    log.case("child", "CaseMerged", of="zhou", into=str(uid("parent")))
    return log


def mediating() -> Log:
    log = Log()
    log.dispute("d", "DisputeFiled", by="zhao")
    log.dispute("d", "MediatorAssigned", mediator_id="deng")
    return log


def test_who_reports_gets_a_receipt_though_the_act_was_their_own() -> None:
    log = Log()
    log.case("c", "CaseOpened", by="li")
    assert told(log) == [("li", "case_received")]


def test_the_reporter_hears_of_every_step() -> None:
    log = assigned()
    for name, more, template in (
        ("CaseAcknowledged", {}, "case_acknowledged"),
        ("ReporterAnswered", {"channel": "app"}, "case_answered"),
        ("CaseResolved", {}, "case_resolved"),
        ("CaseRejected", {"reason": "abusive"}, "case_rejected"),
    ):
        log.case("c", name, **more)
        assert told(log) == [("li", template)]


def test_the_assignee_and_the_one_before_are_told_and_the_reporter() -> None:
    log = assigned()
    assert told(log) == [("li", "case_assigned"), ("wang", "case_given_to_you")]
    log.case("c", "CaseAssigned", assignee_id="sun", previous_id="wang")
    assert told(log) == [
        ("li", "case_assigned"), ("sun", "case_given_to_you"), ("wang", "case_taken_from_you"),
    ]  # fmt: skip


def test_who_claims_a_case_is_not_told_that_they_did() -> None:
    log = Log()
    log.case("c", "CaseOpened", by="li")
    log.case("c", "CaseAssigned", by="wang", assignee_id="wang")
    assert told(log) == [("li", "case_assigned")]


def test_who_is_meant_twice_gets_one_message() -> None:
    log = Log()
    log.case("c", "CaseOpened", by="wang", of="wang")
    log.case("c", "CaseAssigned", of="wang", assignee_id="wang")
    assert told(log) == [("wang", "case_given_to_you")]


def test_closing_by_the_reporter_is_news_to_the_assignee_and_by_time_to_both() -> None:
    log = assigned()
    log.case("c", "CaseClosed", by="li", confirmed_by="reporter")
    assert told(log) == [("wang", "case_you_handled_closed")]
    log.case("c", "CaseClosed", by="system", confirmed_by="timeout")
    assert told(log) == [("li", "case_closed"), ("wang", "case_you_handled_closed")]


def test_a_reopened_or_withdrawn_case_comes_back_to_the_assignee() -> None:
    log = assigned()
    log.case("c", "CaseReopened", by="li", cause="reporter", n=1)
    assert told(log) == [("wang", "case_back_to_you")]
    log.case("c", "CaseWithdrawn", by="li")
    assert told(log) == [("wang", "case_you_handle_withdrawn")]


def test_the_reporter_of_a_merged_child_is_told_of_the_merger_alone() -> None:
    assert told(merged()) == [("zhou", "case_merged")]
    message = sent(merged().records)[-1]
    assert dict(message.params) == {"case_no": "XX-child", "into_no": "XX-parent"}


def test_reporters_of_merged_children_get_the_parents_news_once_each() -> None:
    log = merged()
    log.case("parent", "CaseResolved")
    assert told(log) == [("li", "case_resolved"), ("zhou", "case_resolved")]
    li, zhou = sorted(sent(log.records)[-2:], key=lambda m: m.person_id)
    assert (li.case_id, li.own_case_id) == (uid("parent"), uid("parent"))
    assert (zhou.case_id, zhou.own_case_id) == (uid("parent"), uid("child"))


def test_followers_go_along_when_the_parent_is_merged_in_turn() -> None:
    log = merged()
    log.case("top", "CaseOpened", by="wu", of="wu")
    log.case("parent", "CaseMerged", into=str(uid("top")))
    assert told(log) == [("li", "case_merged"), ("zhou", "case_merged")]
    log.case("top", "CaseResolved", of="wu")
    assert [person for person, _ in told(log)] == ["li", "wu", "zhou"]


def test_who_has_two_merged_children_or_the_parent_too_gets_one_message() -> None:
    log = merged()
    for case, of in (("second", "zhou"), ("third", "li")):
        log.case(case, "CaseOpened", by=of, of=of)
        log.case(case, "CaseMerged", of=of, into=str(uid("parent")))
    log.case("parent", "CaseResolved")
    assert told(log) == [("li", "case_resolved"), ("zhou", "case_resolved")]
    own = {m.person_id: m.own_case_id for m in sent(log.records)[-2:]}
    assert own == {"li": uid("parent"), "zhou": uid("child")}


def test_a_child_whose_reporter_withdraws_the_parent_still_hears_of_it() -> None:
    log = merged()
    log.case("parent", "CaseWithdrawn", by="li")
    assert told(log) == [("zhou", "case_withdrawn")]


def test_whoever_has_it_in_hand_is_warned_and_told_when_it_is_late() -> None:
    log = assigned()
    due = "2020-10-09T09:00:00+08:00"
    log.case("c", "SlaWarningIssued", by="system:timer", clock="resolve", due=due)
    assert told(log) == [("wang", "case_nearly_late")]
    log.case("c", "SlaBreached", by="system:timer", clock="resolve", due=due)
    assert told(log) == [("wang", "case_late")]


def test_a_reporter_s_note_is_for_whoever_has_it_in_hand_and_an_answer_for_the_reporter() -> None:
    log = assigned()
    log.case("c", "ReporterNoted", by="li")
    assert told(log) == [("wang", "case_noted_by_reporter")]
    log.case("c", "RatingAnswered", by="wang")
    assert told(log) == [("li", "rating_answered")]
    log.case("c", "MilestoneMissed", by="system:timer", due_at="2020-10-12T09:00:00+08:00")
    assert told(log) == [("wang", "milestone_missed")]
    log.case("c", "ReviewMissed", by="system:timer", due="2020-10-12T09:00:00+08:00")
    assert told(log) == [("wang", "review_missed")]
    log.case("c", "ReturnVisitDue", by="system:timer", due="2020-10-12T09:00:00+08:00")
    assert told(log) == [("wang", "return_visit_for_you")]


def test_those_of_the_level_that_is_called_are_told_and_nobody_who_is_away() -> None:
    log = assigned()
    said: dict[str, Any] = {"cause": "no_ack", "holder_ids": ["sun", "zhao"]}
    log.case("c", "CaseEscalated", by="system:timer", level=2, **said)
    assert told(log) == [("sun", "case_escalated_to_you"), ("zhao", "case_escalated_to_you")]
    log.case("c", "CaseEscalated", by="system:timer", level=3, **said | {"holder_ids": []})
    assert told(log) == []


def test_whoever_assigned_a_mediator_hears_that_another_is_needed() -> None:
    log = Log()
    log.dispute("d", "DisputeFiled", by="zhao")
    log.dispute("d", "MediatorAssigned", by="wang", mediator_id="deng")
    log.dispute("d", "MediatorRecused", by="system:watch", coordinator_id="wang")
    assert told(log) == [
        ("deng", "you_are_recused"), ("qian", "mediator_recused"),
        ("wang", "mediator_wanted"), ("zhao", "mediator_recused"),
    ]  # fmt: skip


def test_both_parties_hear_that_mediation_was_asked_for() -> None:
    log = Log()
    log.dispute("d", "DisputeFiled", by="zhao")
    assert told(log) == [("qian", "dispute_filed"), ("zhao", "dispute_filed")]


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("DisputeAccepted", "dispute_accepted"),
        ("MediationDeclined", "dispute_declined"),
        ("MediatorRecused", "mediator_recused"),
        ("DisputeMediated", "dispute_mediated"),
        ("AgreementPerformed", "agreement_performed"),
        ("AgreementBreached", "agreement_breached"),
    ],
)
def test_parties_hear_that_something_happened_and_not_what(name: str, template: str) -> None:
    log = mediating()
    log.dispute("d", name, by="deng", outcome="settled_oral", terms=[{"duty": "修好水管"}])
    assert told(log) == [("qian", template), ("zhao", template)]
    message = sent(log.records)[-1]
    assert (message.params, message.dispute_id, message.case_id) == ((), uid("d"), None)


def test_the_mediator_hears_of_the_assignment_and_of_a_withdrawal() -> None:
    log = mediating()
    parties = [("qian", "mediator_assigned"), ("zhao", "mediator_assigned")]
    assert told(log) == [("deng", "dispute_given_to_you"), *parties]
    log.dispute("d", "DisputeWithdrawn", by="zhao")
    mine = ("deng", "dispute_you_mediate_withdrawn")
    assert told(log) == [mine, ("qian", "dispute_withdrawn")]


def test_a_recused_mediator_hears_no_more_of_the_dispute() -> None:
    log = mediating()
    log.dispute("d", "MediatorRecused", by="deng")
    log.dispute("d", "DisputeWithdrawn", by="zhao")
    assert told(log) == [("qian", "dispute_withdrawn")]


def test_every_event_that_is_read_tells_somebody_something() -> None:
    kinds: set[type[Any]] = {*events.OfCase.__subclasses__(), *events.OfDispute.__subclasses__()}
    assert kinds <= set(NOTICES)
    assert all(NOTICES[kind] for kind in kinds)


def test_every_template_is_used_and_says_it_in_both_languages() -> None:
    used = {notice.template: notice for notices in NOTICES.values() for notice in notices}
    assert set(used) == set(TEMPLATES)
    for name, notice in used.items():
        params = {"case_no": "XX-1", "into_no": "XX-2", **dict.fromkeys(notice.params, "?")}
        zh, en = text(name, params)
        assert zh != en
        assert (
            {"zh", "en"} <= set(TEMPLATES[name]) <= {"zh", "en", "severity", "version", "necessary"}
        )


def test_words_are_told_in_the_language_of_the_message() -> None:
    zh, en = text("case_closed", {"case_no": "XX-1", "confirmed_by": "timeout"})
    assert zh == "事件 XX-1 已关闭（逾期未确认，自动关闭）。"
    assert en == "Case XX-1 is closed (no answer in time)."
