"""What the case board shows after each fact."""

from typing import Any

from linli_views.case_board import CASES, Case

from services.views.tests.a_log import Log, folded, uid


def board(log: Log) -> dict[Any, Case]:
    return {key[1]: row for key, row in folded(CASES, log.records).rows.items()}


def only(log: Log) -> Case:
    (case,) = board(log).values()
    return case


def test_a_case_that_was_opened_is_new_and_shows_where_it_is_and_whose() -> None:
    log = Log()
    fact = log.case("c", "CaseOpened", by_id="li")
    case = only(log)
    assert (case.estate, case.case_id, case.state, case.version) == ("xx", uid("c"), "new", 1)
    assert (case.case_no, case.title, case.priority) == ("XX-2020-000001", "楼道灯不亮", "P3")
    assert (case.building_id, case.unit_id, case.public_area) == ("3", "3-2-1102", None)
    assert (case.reporter_id, case.assignee_id) == ("li", None)
    assert (case.opened_at, case.changed_at) == (fact.occurred_at, fact.recorded_at)


def test_a_case_goes_from_acknowledged_to_closed_with_the_time_of_each_step() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    acknowledged = log.case("c", "CaseAcknowledged")
    log.case("c", "CaseAssigned", assignee_id="wang")
    assert (only(log).state, only(log).assignee_id) == ("assigned", "wang")
    log.case("c", "WorkStarted", by_id="wang")
    assert only(log).state == "in_progress"
    answered = log.case("c", "ReporterAnswered", channel="phone")
    log.case("c", "ReporterAnswered", channel="app")
    resolved = log.case("c", "CaseResolved")
    assert only(log).state == "resolved"
    closed = log.case("c", "CaseClosed", confirmed_by="reporter")
    case = only(log)
    assert (case.state, case.version) == ("closed", 8)
    assert case.acknowledged_at == acknowledged.occurred_at
    assert case.first_answer_at == answered.occurred_at
    assert (case.resolved_at, case.closed_at) == (resolved.occurred_at, closed.occurred_at)


def test_a_reopened_case_is_in_progress_and_no_longer_resolved() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "CaseResolved")
    log.case("c", "CaseClosed", confirmed_by="timeout")
    log.case("c", "CaseReopened", cause="reporter", n=1, reason="又坏了")
    case = only(log)
    assert (case.state, case.reopen_count) == ("in_progress", 1)
    assert (case.resolved_at, case.closed_at) == (None, None)


def test_a_case_ends_as_rejected_withdrawn_or_merged_and_then_names_its_parent() -> None:
    log = Log()
    for case, name, more in (
        ("r", "CaseRejected", {"reason": "abusive"}),
        ("w", "CaseWithdrawn", {}),
        ("m", "CaseMerged", {"into": str(uid("r"))}),
    ):
        log.case(case, "CaseOpened")
        log.case(case, name, **more)
    found = board(log)
    assert [found[uid(c)].state for c in "rwm"] == ["rejected", "withdrawn", "merged"]
    assert found[uid("m")].duplicate_of == uid("r")


def test_pictures_are_named_in_the_order_they_came() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    for name, stage in (("one", "before"), ("two", "after")):
        log.case("c", "EvidenceAdded", evidence_id=str(uid(name)), stage=stage)
    assert only(log).pictures == (
        {"evidence_id": str(uid("one")), "stage": "before"},
        {"evidence_id": str(uid("two")), "stage": "after"},
    )


def test_rating_escalation_and_suspected_duplicates_are_shown() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    near = {"case_id": str(uid("other")), "score_bp": 9100, "service_code": "lighting"}
    log.case("c", "DuplicateSuspected", candidates=[near], score_bp=9100)
    log.case("c", "CaseEscalated", level=3, to_role="community_officer", cause="reopened")
    log.case("c", "CaseRated", score=5, solved=True, by_id="li")
    case = only(log)
    assert (case.suspects, case.escalation_level) == ((str(uid("other")),), 3)
    assert (case.score, case.solved) == (5, True)


def test_every_fact_moves_the_version_also_one_that_shows_nothing() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "RuleOverridden", subject_id=str(uid("c")), rule_code="X", reason="…")
    assert (only(log).state, only(log).version) == ("new", 2)


def test_what_follows_a_discarded_opening_makes_no_row() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "CaseAcknowledged")
    made = folded(CASES, log.records[1:])
    assert [row for row in made.rows.values() if row] == []
