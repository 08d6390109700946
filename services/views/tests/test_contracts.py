"""What the views take from the wire: every stored event of a service, and what newer ones add."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from linli_shared.fold import fold
from linli_shared.kafka import Fact
from linli_views.app import VIEWS
from linli_views.story import STORY

from services.views.tests.a_log import BEGIN, record

# Golden files are data, as the topic is: nothing of the producers' code is imported.
GOLDEN = {
    (service, f.stem): f
    for service in ("cases", "estates", "meetings", "volunteers")
    for f in Path(f"services/{service}/linli_{service}/golden").glob("*.json")
}
Name = tuple[str, str]


# Of nothing that has a history.
OF_NO_SUBJECT = {
    "StepRefused.v1",
    "CredentialRecorded.v1",
    "CredentialExpired.v1",
    "BuildingRegistered.v1",
    "StaffOnLeave.v1",
    "LeaveEnded.v1",
    "ConsentTextPublished.v1",
    "EscalationDutySet.v1",
    "SlaPolicySet.v1",
    "JurisdictionOpened.v1",
    "JurisdictionClosed.v1",
    "ApiKeyIssued.v1",
    "ApiKeyRevoked.v1",
    "FeePeriodClosed.v1",
    "BillsImported.v1",
}


def fact(name: str, data: bytes, service: str = "cases") -> Fact:
    return Fact(
        1, 0, "xx", "thing-1", 1, f"linli.{service}.{name}", uuid4(), f"linli/{service}", uuid4(),
        BEGIN, BEGIN, data,
    )  # fmt: skip


def test_there_are_golden_events() -> None:
    assert len(GOLDEN) > 80


@pytest.mark.parametrize("name", sorted(GOLDEN), ids=".".join)
def test_a_stored_event_is_read_by_the_history_and_by_no_view_as_poison(name: Name) -> None:
    service, kind = name
    found = record(fact(kind, GOLDEN[name].read_bytes(), service))
    assert (STORY.name in found.events) is (kind not in OF_NO_SUBJECT)
    assert not [e for e in found.events.values() if isinstance(e, Exception)]
    for view in VIEWS.members:
        assert not fold(view, [found], {}).parked


@pytest.mark.parametrize("name", sorted(GOLDEN), ids=".".join)
def test_fields_that_nobody_knows_are_ignored(name: Name) -> None:
    service, kind = name
    data = json.loads(GOLDEN[name].read_bytes())
    both = (json.dumps(data), json.dumps(data | {"added_later": {"deep": [1]}}))
    plain, added = (record(fact(kind, said.encode(), service)).events for said in both)
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
    assert len(names) == len(set(names)) == 30
