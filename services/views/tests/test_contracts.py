"""What the views take from the wire: every stored event of the cases, and what newer ones add."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from linli_shared.kafka import Fact
from linli_views.app import VIEWS
from linli_views.story import STORY

from services.views.tests.a_log import BEGIN, record

# Golden files are data, as the topic is: nothing of the producer's code is imported.
GOLDEN = {f.stem: f for f in Path("services/cases/linli_cases/golden").glob("*.json")}


OF_NO_SUBJECT = {"StepRefused.v1"}  # of a process, not of a case or a dispute


def fact(name: str, data: bytes, version: int = 1) -> Fact:
    return Fact(
        1, 0, "xx", "thing-1", version, f"linli.cases.{name}", uuid4(), "linli/cases", uuid4(),
        BEGIN, BEGIN, data,
    )  # fmt: skip


def test_there_are_golden_events() -> None:
    assert len(GOLDEN) > 25


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_stored_event_is_read_by_the_history_and_by_no_view_as_poison(name: str) -> None:
    events = record(fact(name, GOLDEN[name].read_bytes())).events
    assert (STORY.name in events) is (name not in OF_NO_SUBJECT)
    assert not [e for e in events.values() if isinstance(e, Exception)]


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_fields_that_nobody_knows_are_ignored(name: str) -> None:
    data = json.loads(GOLDEN[name].read_bytes())
    more = json.dumps(data | {"added_later": {"deep": [1]}}).encode()
    plain, added = (record(fact(name, d)).events for d in (json.dumps(data).encode(), more))
    assert {k: e[1] for k, e in plain.items() if isinstance(e, tuple)} == {
        k: e[1] for k, e in added.items() if isinstance(e, tuple)
    }


def test_a_type_that_nobody_asked_for_is_skipped() -> None:
    assert record(fact("CasePainted.v1", b"{}")).events == {}


def test_a_known_type_in_a_newer_version_is_poison_for_all_who_read_it() -> None:
    events = record(fact("CaseOpened.v2", b"{}")).events
    assert events
    assert all(isinstance(e, Exception) for e in events.values())


def test_each_view_is_a_member_of_the_set_once() -> None:
    names = [view.name for view in VIEWS.members]
    assert len(names) == len(set(names)) == 4
