"""Merging cases 并单, and this service's own view of those that are open."""

import pytest
from linli_cases.complaints.api import Opened
from linli_cases.complaints.asking import Link
from linli_cases.complaints.commands import MergeCase
from linli_cases.complaints.events import CaseEvent
from linli_cases.complaints.likeness import Reported
from linli_cases.complaints.open_cases import OPEN_CASE
from linli_cases.complaints.terms import OPEN, Status
from linli_shared.asked import Outcome
from linli_shared.kafka import Fact

from services.cases.tests.a_case import (
    CASE,
    MERGED,
    NEAR,
    NEW,
    NOTHING,
    NOW,
    OPENED,
    OPERATOR,
    OTHER,
    PAST,
    REJECTED,
    REOPENED,
    RESOLVED,
    SUSPECTED,
    THIRD,
    WITHDRAWN,
    by,
)


def merge(*chain: Link) -> MergeCase:
    return by(OPERATOR, MergeCase(into=OTHER).learned(chain=chain))


@pytest.mark.parametrize("status", sorted(OPEN))
def test_a_case_is_merged_into_one_that_is_open(status: Status) -> None:
    NEW.when(merge(Link(OTHER, status))).then(MERGED)


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
def test_a_case_is_not_merged_into_one_that_is_not(status: Status) -> None:
    NEW.when(merge(Link(OTHER, status))).rejected("MERGE_TARGET_NOT_OPEN", state=status)


def test_a_case_of_another_estate_is_not_there_to_merge_into() -> None:
    NEW.when(merge()).rejected("NOT_FOUND")


@pytest.mark.parametrize(
    "chain",
    [
        [Link(CASE, Status.NEW)],
        [Link(OTHER, Status.MERGED), Link(CASE, Status.NEW)],
        [Link(OTHER, Status.MERGED), Link(THIRD, Status.MERGED), Link(CASE, Status.NEW)],
    ],
)
@pytest.mark.parametrize("status", Status)
def test_a_circle_is_found_before_anything_else(status: Status, chain: list[Link]) -> None:
    NOTHING.given(*PAST[status]).when(merge(*chain)).rejected("MERGE_CYCLE")


# --- the view of open cases ------------------------------------------------------------------

FACT = Fact(
    position=1,
    prev=0,
    estate="xx",
    stream=f"case-{CASE}",
    version=1,
    kind="",
    id=OTHER,
    source="linli/cases",
    correlation=OTHER,
    occurred_at=NOW,
    recorded_at=NOW,
    data=b"",
)


def shown(*events: CaseEvent) -> Reported | None:
    """The row after `events`: those of a type the view does not know change nothing."""
    row: Reported | None = None
    for event in events:
        if handler := OPEN_CASE.handlers.get(event.kind):
            key = (event.case_id,)
            row = handler.fold({key: row}, event, FACT).rows[key]
    return row


@pytest.mark.parametrize("status", Status)
def test_a_case_is_compared_with_while_it_is_open(status: Status) -> None:
    row = shown(*PAST[status])
    assert bool(row and row.open) is (status in OPEN)


def test_a_case_taken_up_again_is_compared_with_again() -> None:
    assert shown(*PAST[Status.CLOSED], REOPENED) == Reported.of(OPENED, "xx")
    assert shown(REOPENED, RESOLVED) is None


@pytest.mark.parametrize("end", [REJECTED, MERGED, WITHDRAWN])
def test_nothing_is_kept_of_a_case_that_never_opens_again(end: CaseEvent) -> None:
    assert shown(OPENED, end) is None


def test_the_answer_to_a_report_names_what_it_looks_like() -> None:
    opened = Opened.of(Outcome(CASE, 2, (OPENED, SUSPECTED)))
    assert (opened.id, opened.version, opened.case_no) == (CASE, 2, OPENED.case_no)
    assert [near.model_dump() for near in opened.suspected] == [NEAR.model_dump()]
    assert Opened.of(Outcome(CASE, 1, (OPENED,))).suspected == ()
