"""The history: a sentence an event, in both languages, without personal text."""

from typing import Any

from linli_views import story
from linli_views.sentences import SENTENCES, fields, sentence
from linli_views.story import STORY, Told

from services.views.tests.a_log import Log, folded, uid


def told(log: Log) -> list[Told]:
    return list(folded(STORY, log.records).lines)


def texts(log: Log) -> list[tuple[str, str]]:
    return [sentence(line.name, dict(line.params)) for line in told(log)]


def test_each_event_is_a_line_with_its_version_times_and_id() -> None:
    log = Log()
    fact = log.case("c", "CaseOpened", by_id="li", at=log.now)
    (line,) = told(log)
    assert (line.subject_id, line.version, line.event_id) == (uid("c"), 1, fact.id)
    assert (line.kind, line.by_id) == ("linli.cases.CaseOpened.v1", "li")
    assert (line.occurred_at, line.recorded_at) == (fact.occurred_at, fact.recorded_at)


def test_words_are_told_in_the_language_of_the_sentence() -> None:
    log = Log()
    log.case("c", "CaseOpened")
    log.case("c", "CaseClosed", confirmed_by="timeout")
    log.case("c", "CaseRated", score=2, solved=False)
    assert texts(log) == [
        (
            "投诉已登记，编号 XX-2020-000001（手机端）",
            "The complaint was registered as XX-2020-000001 (app)",
        ),
        ("已关闭（逾期未确认，自动关闭）", "It was closed (no answer in time)"),
        ("诉求人评价 2 分，未解决", "The reporter rated it 2 of 5, not solved"),
    ]


def test_a_word_that_is_new_is_shown_as_it_is() -> None:
    log = Log()
    log.case("c", "CaseRejected", reason="elsewhere")
    assert texts(log) == [("不予受理：elsewhere", "It was not taken up: elsewhere")]


def test_every_event_that_is_read_has_a_sentence_in_both_languages() -> None:
    assert {model.name for model in story.TOLD} == set(SENTENCES)
    types = {model.wire.rpartition(".v")[0] for model in story.TOLD}
    assert len(types) == len(SENTENCES), "two facts go by one name"
    for model in story.TOLD:
        assert set(SENTENCES[model.name]) == {"zh", "en"}
        assert all(f in model.model_fields or hasattr(model, f) for f in fields(model.name))


def test_no_sentence_keeps_free_text_or_a_person() -> None:
    personal = {"title", "description", "message", "reason", "note", "matter", "outcome", "duty"}
    people = {"by_id", "reporter_id", "assignee_id", "mediator_id", "place", "parties"}
    people |= {"person_id", "elder_id", "visitor_id", "owner_id", "chair_id", "voter_id"}
    allowed = {("CaseRejected", "reason"), ("DisputeMediated", "outcome"), ("VoteVoid", "reason")}
    allowed |= {("ErasureRefused", "reason")}  # words of a list
    allowed |= {("BillWaived", "reason")}  # a word of a list
    topics = ("VoteOpened", "VoteClosed", "ResolutionAdopted", "ResolutionRejected")
    allowed |= {(name, "title") for name in topics}  # in words for everybody
    kept = {(name, field) for name in SENTENCES for field in fields(name)}
    assert not [pair for pair in kept - allowed if pair[1] in personal | people]


def test_moments_are_told_as_a_clock_on_the_wall_shows_them_and_words_in_each_language() -> None:
    log = Log()
    log.visit("v", "VisitScheduled")
    log.resolution("r", "ActionAssigned", "t", owner_role="operator")
    assert texts(log) == [
        (
            "已安排探访，2020-12-08 10:00 至 2020-12-08 10:30",
            "A visit was planned for 2020-12-08 10:00 to 2020-12-08 10:30",
        ),
        (
            "第 1 项办事已派给客服，2020-12-20 18:00 前办结",
            "Action 1 was given out (operator), due 2020-12-20 18:00",
        ),
    ]


def test_what_people_wrote_is_in_no_line() -> None:
    log = Log()
    private: dict[str, Any] = {"message": "秘密", "reason": "秘密", "outcome": "秘密", "n": 1}
    log.case("c", "CaseOpened", title="秘密", description="秘密")
    log.case("c", "ReporterAnswered", channel="app", **private)
    log.case("c", "CaseResolved", **private)
    log.case("c", "CaseReopened", cause="reporter", **private)
    log.case("c", "CaseWithdrawn", **private)
    log.dispute("d", "DisputeFiled", matter="秘密")
    log.dispute("d", "MediatorChallenged", side="A", **private)
    assert "秘密" not in repr(told(log))
