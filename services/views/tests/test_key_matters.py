"""The board of key matters 关键小事 and legacy problems."""

from datetime import datetime
from uuid import uuid4

from linli_views.key_matters import MATTERS, KeyMatter

from services.views.tests.a_log import Log, folded

REVIEW, FIRST, SECOND = (
    f"2020-{month}-01T09:00:00+08:00" for month in ("11", "10", "12")
)  # fmt: skip


def matter() -> Log:
    log = Log()
    log.case("c", "CaseOpened", kind="complaint")
    log.case("m", "CaseOpened", kind="key_matter", review_due=REVIEW)
    return log


def only(log: Log) -> KeyMatter:
    row: KeyMatter
    (row,) = (row for row in folded(MATTERS, log.records).rows.values() if row)
    return row


def plan(*dues: str, first: int = 1) -> list[dict[str, object]]:
    return [{"milestone_no": no, "due_at": due} for no, due in enumerate(dues, first)]


def test_only_what_takes_long_is_on_it() -> None:
    row = only(matter())
    assert (row.kind, row.state, row.review_due) == (
        "key_matter", "new", datetime.fromisoformat(REVIEW),
    )  # fmt: skip


def test_it_says_what_is_next_and_what_was_reached() -> None:
    log = matter()
    log.case("m", "CaseAssigned", assignee_id="deng")
    log.case("m", "MilestonesPlanned", n=1, milestones=plan(FIRST, SECOND))
    log.case("m", "MilestoneMissed", milestone_no=1, due_at=FIRST)
    assert only(log).next_due == datetime.fromisoformat(FIRST)
    log.case("m", "MilestoneReached", milestone_no=1)
    row = only(log)
    assert (row.next_due, row.assignee_id) == (datetime.fromisoformat(SECOND), "deng")
    assert [(one["reached"], one["missed"]) for one in row.milestones] == [
        (True, True), (False, False),
    ]  # fmt: skip
    log.case("m", "MilestonesPlanned", n=2, milestones=plan(SECOND, first=3))
    assert [one["milestone_no"] for one in only(log).milestones] == [1, 3]


def test_it_counts_reviews_and_those_that_nobody_made() -> None:
    log = matter()
    log.case("m", "ReviewMissed", due=REVIEW, next_due=SECOND)
    assert (only(log).reviews_missed, only(log).review_due) == (1, datetime.fromisoformat(SECOND))
    log.case("m", "MatterReviewed", n=1, next_due=FIRST)
    row = only(log)
    assert (row.reviews, row.review_due) == (1, datetime.fromisoformat(FIRST))
    assert row.reviewed_at


def test_it_names_the_topics_and_resolutions_that_it_went_through() -> None:
    log, topic, resolution = matter(), uuid4(), uuid4()
    log.case("m", "CaseReferredToDeliberation", topic_id=str(topic))
    assert only(log).state == "pending"
    log.case("m", "CaseLinkedToTopic", topic_id=str(topic))
    ended = {"cause": "topic_executed", "resolution_id": str(resolution)}
    log.case("m", "DeliberationEnded", topic_id=str(topic), **ended)
    log.case("m", "CaseResolved", resolution_id=str(resolution))
    row = only(log)
    assert (row.state, row.topic_ids, row.resolution_ids) == (
        "resolved", (str(topic),), (str(resolution),),
    )  # fmt: skip


def test_it_goes_through_the_states_of_a_case() -> None:
    log = matter()
    for name, state, more in (
        ("CaseAcknowledged", "acknowledged", {}), ("WorkStarted", "in_progress", {}),
        ("CaseSuspended", "pending", {"wait_for": "contractor", "until": SECOND}),
        ("CaseResumed", "in_progress", {"cause": "asked"}), ("CaseResolved", "resolved", {}),
    ):  # fmt: skip
        log.case("m", name, **more)
        assert only(log).state == state
    log.case("m", "CaseReopened", cause="reporter", n=1, review_due=SECOND)
    row = only(log)
    assert (row.state, row.review_due) == ("in_progress", datetime.fromisoformat(SECOND))
