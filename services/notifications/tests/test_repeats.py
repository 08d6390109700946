"""One message per event and person, whatever is delivered twice; and what the wire may hold."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_notifications.inbox import INBOX, Message
from linli_shared.fold import Progress, Record, admit, fold
from linli_shared.kafka import Fact

from services.notifications.tests.a_log import BEGIN, Log, record, sent, uid

GOLDEN = {f.stem: f for f in Path("services/cases/linli_cases/golden").glob("*.json")}
STEPS = ("CaseOpened", "CaseAcknowledged", "CaseAssigned", "ReporterAnswered", "CaseResolved")


def log_of(turns: list[int]) -> Log:
    """Of four cases at once; each turn is the next step of one, and the last is a merger."""
    log, steps = Log(), dict.fromkeys(range(4), 0)
    for case in turns:
        more: dict[str, Any] = {"of": f"person {case}"}
        if steps[case] < len(STEPS):
            log.case(case, STEPS[steps[case]], assignee_id="wang", **more)
        elif steps[case] == len(STEPS) and case:
            log.case(case, "CaseMerged", into=str(uid(case - 1)), **more)
        steps[case] += 1
    return log


def projected(delivered: list[Record], batch: int) -> tuple[dict[Any, Any], list[Message]]:
    """As the projector does, a batch at a time."""
    threads: dict[Any, Any] = {}
    messages: list[Message] = []
    progress = Progress(0, 0)
    for start in range(0, len(delivered), batch):
        admitted = admit(delivered[start : start + batch], progress)
        progress = admitted.progress
        made = fold(INBOX, admitted.records, threads)
        assert not made.parked
        threads |= made.rows
        messages += made.lines
    return threads, messages


@settings(max_examples=60, deadline=None)
@given(
    turns=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    noise=st.lists(st.integers(0, 39), max_size=80),
    batch=st.integers(1, 20),
)
def test_repeats_in_any_order_tell_everybody_once(
    turns: list[int], noise: list[int], batch: int
) -> None:
    once = log_of(turns).records
    delivered = [once[n] for n in noise if n < len(once)] + once
    again = [replace(record, offset=n) for n, record in enumerate(delivered)]
    threads, messages = projected(again, batch)
    assert (threads, messages) == projected(once, max(len(once), 1))
    assert len({(m.source_event_id, m.person_id) for m in messages}) == len(messages)


@given(turns=st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_a_merged_childs_reporter_follows_whatever_the_child_was_merged_into(
    turns: list[int],
) -> None:
    log = log_of(turns)
    threads, _ = projected(log.records, 100)
    people = {key: {f["person_id"] for f in row.followers} for key, row in threads.items()}
    for one in log.records:
        if one.fact.kind.endswith("CaseMerged.v1"):
            data = json.loads(one.fact.data)
            assert data["reporter_id"] in people["xx", uid_of(data["into"])]


def uid_of(text: str) -> Any:
    return next(uid(n) for n in range(4) if str(uid(n)) == text)


def test_a_message_has_the_same_id_in_every_rebuild() -> None:
    log = log_of([0, 0, 0, 1, 1])
    assert [m.message_id for m in sent(log.records)] == [m.message_id for m in sent(log.records)]
    assert len({m.message_id for m in sent(log.records)}) == len(sent(log.records))


def test_what_came_before_is_not_needed_to_tell_a_reporter() -> None:
    """An operator may have discarded the opening: later news still arrives."""
    log = Log()
    log.case("c", "CaseOpened", by="li")
    log.case("c", "CaseResolved")
    assert [m.person_id for m in sent(log.records[1:])] == ["li"]


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_stored_events_are_read_and_fields_nobody_knows_ignored(name: str) -> None:
    data = json.loads(GOLDEN[name].read_bytes())
    made = []
    for body in (data, data | {"added_later": {"deep": [1]}}):
        fact = Fact(
            1, 0, "xx", "thing-1", 1, f"linli.cases.{name}", uuid4(), "linli/cases", uuid4(),
            BEGIN, BEGIN, json.dumps(body).encode(),
        )  # fmt: skip
        event = record(fact).events.get(INBOX.name)
        assert not isinstance(event, Exception)
        made.append(event and event[1])
    assert made[0] == made[1]
