"""From facts to intents: the inbox's messages, each an intent, each the same however often."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from linli_notifications.app import FACTS, SERVICE
from linli_notifications.inbox import INBOX
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.telling import dedupe_key, intent_of
from linli_notifications.mapping import NOTICES
from linli_notifications.templates import TEMPLATES, severity, version
from linli_notifications.terms import Severity
from linli_shared.fold import Record, fold, parse
from linli_shared.kafka import shard_of
from linli_shared.messages import Command
from linli_shared.process import Step

from services.notifications.tests.a_log import TOPIC, Log, sent, uid
from services.notifications.tests.test_repeats import log_of

assert SERVICE.processes
(TELLING,) = SERVICE.processes.members


def told(log: Log) -> list[Step]:
    """What is to be asked of which intent, as the process writes it down."""
    records = [
        Record(
            TOPIC, shard_of(r.fact.estate), 0, r.fact, None, r.value, [], parse([TELLING], r.fact)
        )
        for r in log.records
    ]
    made = fold(TELLING, records, {})
    assert not made.parked
    return list(made.lines)


def requests(steps: list[Step]) -> list[Any]:
    return [Command.known[step.command].model_validate_json(step.body) for step in steps]


@settings(max_examples=40, deadline=None)
@given(turns=st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_each_message_of_the_inbox_is_one_intent_and_nothing_else_is(turns: list[int]) -> None:
    log = log_of(turns)
    steps = told(log)
    asked = [(r.source_event_id, r.person_id, r.template, r.params) for r in requests(steps)]
    in_box = [
        (m.source_event_id, m.person_id, m.template, dict(m.params)) for m in sent(log.records)
    ]
    assert asked == in_box
    assert len({step.key for step in steps}) == len(steps)
    assert len({(step.event_id, step.step) for step in steps}) == len(steps)
    assert [s.key for s in told(log)] == [s.key for s in steps]


def test_a_request_says_what_the_message_says_and_how_much_it_matters() -> None:
    log = Log()
    log.case("c", "CaseOpened", by="li")
    fact = log.case("c", "CaseAssigned", assignee_id="wang")
    step = next(s for s in told(log) if s.step == "case_given_to_you wang")
    assert (step.target, step.event_id, step.process) == (INTENTS.category, fact.id, "telling")
    (request,) = requests([step])
    assert request.dedupe_key == dedupe_key(fact.id, "wang", "case_given_to_you", "1")
    assert step.key == intent_of(request.dedupe_key)
    assert (request.severity, request.recorded_at) == (Severity.ACTION, fact.recorded_at)
    assert request.params == {"case_no": "XX-c"}


def test_who_wrote_what_and_who_are_the_parties_does_not_go_along() -> None:
    log = Log()
    log.dispute("d", "DisputeFiled", by="zhao")
    for step in told(log):
        assert "漏水" not in step.body
        (request,) = requests([step])
        assert (request.case_id, request.own_case_id) == (None, None)
        assert request.dispute_id


def test_another_event_person_purpose_or_version_is_another_message() -> None:
    keys = {
        dedupe_key(uid(event), person, purpose, version)
        for event in "12" for person in "34" for purpose in "56" for version in "78"
    }  # fmt: skip
    assert len(keys) == 16
    assert len({intent_of(key) for key in keys}) == 16


def test_it_reads_what_the_inbox_reads() -> None:
    assert SERVICE.processes
    assert list(SERVICE.processes.topics) == FACTS
    assert TELLING.handlers.keys() == INBOX.handlers.keys() == {m.wire for m in NOTICES}


def test_every_template_says_how_much_it_matters_and_which_version_it_is() -> None:
    for template in TEMPLATES:
        assert severity(template) in Severity
        assert version(template).isdigit()
    assert severity("case_received") is Severity.INFO
