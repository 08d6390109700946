"""Reporting a case 事件, and when a report is a repeat."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.about import Place
from linli_cases.complaints.commands import MergeCase, OpenCase, RejectCase, WithdrawCase
from linli_cases.complaints.events import CaseOpened, CaseRejected, CaseWithdrawn
from linli_cases.complaints.likeness import Reported, near, normalised, repeat_key, score_bp
from linli_cases.complaints.policy import Policy
from linli_cases.complaints.reservations import taken
from linli_cases.complaints.terms import Alike, Kind, Priority
from linli_shared.decider import Hold, Release
from pydantic import ValidationError

from services.cases.tests.a_case import (
    CASE,
    DENG,
    LI,
    NEAR,
    NEW,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    OTHER,
    SUSPECTED,
    ZHOU,
    by,
    of,
    report,
)


def opened(command: OpenCase) -> CaseOpened:
    (event,) = NOTHING._decider.decide(command, None)
    assert isinstance(event, CaseOpened)
    return event


def test_a_resident_reports_a_case() -> None:
    NOTHING.when(by(LI, report())).then(OPENED)


def test_a_report_that_looks_like_another_is_accepted_and_says_so() -> None:
    NOTHING.when(by(LI, report().learned(near=(NEAR,)))).then(OPENED, SUSPECTED)


def test_a_case_is_opened_once() -> None:
    NEW.when(by(LI, report())).rejected("INVALID_TRANSITION", to="new")


@pytest.mark.parametrize("kind", Kind)
def test_a_report_without_priority_is_p3_and_a_legacy_issue_p4(kind: Kind) -> None:
    usual = Priority.P4 if kind is Kind.LEGACY_ISSUE else Priority.P3
    assert opened(by(LI, report(kind=kind))).priority is usual
    assert opened(by(LI, report(kind=kind, priority="P1"))).priority is Priority.P1


def test_staff_may_report_for_a_resident_who_then_is_the_reporter() -> None:
    event = opened(by(DENG, report(on_behalf_of_id=ZHOU, channel="phone")))
    assert (event.reporter_id, event.by_id) == (ZHOU, DENG)


def test_a_resident_reports_only_for_themselves() -> None:
    NOTHING.when(by(LI, report(on_behalf_of_id=ZHOU))).rejected("ROLE_NOT_PERMITTED")
    assert opened(by(LI, report(on_behalf_of_id=LI))).reporter_id == LI


def test_a_place_holds_no_field_that_nobody_knows() -> None:
    with pytest.raises(ValidationError):
        report(place={"building_id": "3-2", "floor": "3"})


# --- exact repeats ---------------------------------------------------------------------------


def test_a_report_keeps_its_words_for_a_day_the_last_moment_included() -> None:
    day = timedelta(hours=24) + datetime.resolution
    NOTHING.when(by(LI, report())).reserves(Hold("repeat", repeat_key(OPENED), NOW, NOW + day))


def test_a_report_of_yesterday_is_a_repeat_from_when_it_happened() -> None:
    event = opened(by(LI, report(occurred_at=NOW - timedelta(hours=20))))
    assert event.repeat_until == NOW + timedelta(hours=4)


@pytest.mark.parametrize("text", ["3-2 三楼楼梯间的灯坏了", "３－２　三楼，楼梯间的灯坏了！！"])
def test_punctuation_blanks_and_width_make_no_other_words(text: str) -> None:
    assert repeat_key(opened(by(LI, report(description=text)))) == repeat_key(OPENED)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "五楼的灯坏了"},
        {"title": "电梯坏了"},
        {"service_code": "lift"},
        {"place": {"building_id": "3-2", "unit_id": "3-2-0901"}},
    ],
)
def test_other_words_unit_or_service_are_no_repeat(change: dict[str, object]) -> None:
    assert repeat_key(opened(by(LI, report(**change)))) != repeat_key(OPENED)


def test_another_reporter_with_the_same_words_is_no_repeat() -> None:
    assert repeat_key(opened(by(ZHOU, report()))) != repeat_key(OPENED)


def test_a_repeat_names_the_case_that_is_open() -> None:
    refused = taken("repeat", str(OTHER))
    assert (refused.code, refused.params) == (
        "DUPLICATE_OPEN_CASE",
        {"existing_case_id": str(OTHER)},
    )


# --- near repeats ----------------------------------------------------------------------------

HERE = Place(building_id="3-2", public_area="楼梯间")
KNOWN = Reported.of(OPENED, "xx")


def likenesses(*others: Reported, place: Place = HERE, title: str = "楼道的灯不亮了") -> list[int]:
    found = near(others, place, title, "晚上看不见路。", Policy())
    return [n.score_bp for n in found]


def test_the_same_lamp_in_other_words_is_suspected() -> None:
    (found,) = near([KNOWN], HERE, "楼道的灯不亮了", "晚上看不见路。", Policy())
    assert found.case_id == CASE
    assert found.service_code == "lighting"
    assert found.opened_at == NOW
    assert found.score_bp >= 8000


def test_a_suspicion_tells_neither_who_reported_nor_from_which_unit() -> None:
    (found,) = near([KNOWN], HERE, "楼道的灯不亮了", "晚上看不见路。", Policy())
    assert found.place == HERE
    assert not {LI, OPENED.title} & {*found.model_dump_json().split('"')}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("楼道灯不亮", "灯不亮，楼道里", True),  # what is wrong before where it is
        ("东门口路灯昨晚坏了", "昨晚坏了的路灯，东门口", True),
        ("ＬＥＤ灯坏了", "led灯坏了。", True),
        ("楼道灯不亮", "楼道有垃圾", False),
        ("电梯有异响", "电动车占道", False),
        ("", "灯", False),
        ("灯", "水", False),
    ],
)
def test_chinese_is_compared_without_splitting_words(one: str, other: str, alike: bool) -> None:
    """Seen red for what stands in another order without pairs of characters."""
    score = score_bp(normalised(one), normalised(other))
    assert (score >= Policy().near_score_bp) is alike


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_mutual_and_whole_for_the_same_words(one: str, other: str) -> None:
    assert 0 <= score_bp(one, other) == score_bp(other, one) <= 10_000
    assert score_bp(one, one) == 10_000


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        (OPENED.title, OPENED.description, Alike.SAME),
        ("楼道的灯不亮", "晚上看不见路。", Alike.TITLE),
        ("报修", f"{OPENED.title}，{OPENED.description}", Alike.TEXT),
    ],
)
def test_it_is_said_in_what_two_reports_are_alike(title: str, text: str, reason: Alike) -> None:
    (found,) = near([KNOWN], HERE, title, text, Policy())
    assert found.reason is reason


def test_the_same_words_score_the_whole() -> None:
    assert likenesses(KNOWN, title=OPENED.title) == [10_000]


def test_other_words_are_not_suspected() -> None:
    assert likenesses(KNOWN, title="水管爆裂") == []


@pytest.mark.parametrize(
    ("place", "alike"),
    [
        (Place(building_id="3-2"), True),
        (Place(building_id="3-2", public_area="（楼梯间）"), True),
        (Place(building_id="3-2", public_area="地下车库"), False),
        (Place(building_id="7-1", public_area="楼梯间"), False),
        (Place(), False),
    ],
)
def test_only_what_is_at_the_same_place_is_suspected(place: Place, alike: bool) -> None:
    assert bool(likenesses(KNOWN, place=place)) is alike


def test_the_likest_five_are_named_the_likest_first() -> None:
    worse = replace(KNOWN, title="楼道灯不太亮", case_id=OTHER)
    scores = likenesses(worse, *[KNOWN] * 6)
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5


def test_nothing_is_left_of_punctuation() -> None:
    assert normalised("灯，坏了！ Lamp No.3") == "灯坏了lampno3"


# --- turning a report away -------------------------------------------------------------------


def test_a_case_is_rejected_with_a_reason_of_the_list() -> None:
    rejected = CaseRejected(**of(OPERATOR), reason="before_court")
    NEW.when(by(OPERATOR, RejectCase(reason="before_court"))).then(rejected)


@pytest.mark.parametrize("reason", ["", "because"])
def test_a_case_is_not_rejected_without_a_reason_of_the_list(reason: str) -> None:
    NEW.when(by(OPERATOR, RejectCase(reason=reason))).rejected(
        "REASON_REQUIRED", allowed=Policy().reject_reasons
    )


@pytest.mark.parametrize("command", [RejectCase(reason="abusive"), WithdrawCase()])
def test_a_case_that_ends_gives_back_its_words(command: RejectCase | WithdrawCase) -> None:
    who = LI if isinstance(command, WithdrawCase) else OPERATOR
    NEW.when(by(who, command)).reserves(Release("repeat"), Release("load"))


def test_the_reporter_withdraws() -> None:
    (event,) = NEW._decider.decide(by(LI, WithdrawCase(reason="好了")), NEW._decider.fold([OPENED]))
    assert isinstance(event, CaseWithdrawn)
    assert (event.reporter_id, event.reason) == (LI, "好了")


def test_nobody_else_withdraws() -> None:
    NEW.when(by(ZHOU, WithdrawCase())).rejected("NOT_REPORTER")
    NEW.when(by(OPERATOR, WithdrawCase())).rejected("NOT_REPORTER")


def test_a_merge_must_have_looked_up_where_it_leads() -> None:
    with pytest.raises(AttributeError):
        NEW.when(by(OPERATOR, MergeCase(into=OTHER))).then()
