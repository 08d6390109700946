"""Kafka redelivers, a relay resends, a zombie wakes up: views come out the same."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from linli_shared.fold import Progress, Record, admit, fold
from linli_views.app import VIEWS

from services.views.tests.a_log import Log

STORIES = (
    "CaseOpened", "CaseAcknowledged", "CaseAssigned", "WorkStarted", "ReporterAnswered",
    "CaseResolved", "CaseReopened", "CaseResolved", "CaseClosed", "CaseRated",
)  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "CaseAssigned": {"assignee_id": "wang"},
    "ReporterAnswered": {"channel": "app"},
    "CaseReopened": {"cause": "reporter", "n": 1},
    "CaseClosed": {"confirmed_by": "reporter"},
    "CaseRated": {"score": 4, "solved": True},
}


def log_of(turns: list[int]) -> Log:
    """Of several cases at once: each turn is the next step of one of them."""
    log, steps = Log(), dict.fromkeys(range(4), 0)
    for case in turns:
        if steps[case] < len(STORIES):
            name = STORIES[steps[case]]
            log.case(case, name, **MORE.get(name, {}))
            steps[case] += 1
    return log


def projected(delivered: list[Record], batch: int) -> list[tuple[Any, Any]]:
    """As the projector does, a batch at a time; rows and lines by key."""
    rows: dict[str, dict[Any, Any]] = {view.name: {} for view in VIEWS.members}
    lines: dict[str, dict[Any, Any]] = {view.name: {} for view in VIEWS.members}
    progress = Progress(0, 0)
    for start in range(0, len(delivered), batch):
        admitted = admit(delivered[start : start + batch], progress)
        progress = admitted.progress
        for view in VIEWS.members:
            made = fold(view, admitted.records, rows[view.name])
            assert not made.parked
            rows[view.name] |= made.rows
            for line in made.lines:
                assert view.lines
                key = tuple(getattr(line, name) for name in view.lines.key)
                assert key not in lines[view.name], "added twice"
                lines[view.name][key] = line
    return [(rows[view.name], lines[view.name]) for view in VIEWS.members]


@settings(max_examples=60, deadline=None)
@given(
    turns=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    noise=st.lists(st.integers(0, 29), max_size=60),
    batch=st.integers(1, 20),
)
def test_repeats_in_any_order_fold_to_what_each_fact_once_does(
    turns: list[int], noise: list[int], batch: int
) -> None:
    """Whatever came before, in whatever order: once the relay has sent all of them in order, the
    views are those of a clean read."""
    once = log_of(turns).records
    delivered = [once[n] for n in noise if n < len(once)] + once
    again = [replace(record, offset=n) for n, record in enumerate(delivered)]
    assert projected(again, batch) == projected(once, len(once))
