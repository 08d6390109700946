"""What others rely on: stored events parse for ever, and every refusal is in the table of codes."""

import json
from importlib.resources import files
from pathlib import Path

import linli_volunteers
import pytest
from linli_language import codes
from linli_shared.messages import Event
from linli_volunteers.app import SERVICE
from linli_volunteers.credentials.events import CredentialRecorded
from linli_volunteers.shifts.events import ShiftEvent
from linli_volunteers.visits.events import VisitEvent
from pydantic import TypeAdapter

from services.volunteers.tests import a_shift, a_visit, test_credentials
from shared.tests.promises import raised, trees, with_more

GOLDEN = {Path(str(f)).stem: f for f in files("linli_volunteers").joinpath("golden").iterdir()}
KINDS = sorted(kind for kind in Event.known if kind.startswith("linli.volunteers."))
TREES = trees(linli_volunteers)
EXAMPLES = {
    type(value).__name__: value
    for module in (a_shift, a_visit, test_credentials)
    for value in vars(module).values()
    if isinstance(value, Event)
}


def test_every_event_of_the_service_has_a_golden_file() -> None:
    assert {f"linli.volunteers.{name}" for name in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_event_parses_and_keeps_all_it_said(name: str) -> None:
    said = GOLDEN[name].read_text("utf-8")
    event = Event.known[f"linli.volunteers.{name}"].model_validate_json(said)
    told = json.loads(event.model_dump_json())
    assert {field: told.get(field) for field in json.loads(said)} == json.loads(said)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_newer_process_adds_is_ignored(name: str) -> None:
    said = json.loads(GOLDEN[name].read_text("utf-8"))
    newer = {key: with_more(value) for key, value in (said | {"more": 1}).items()}
    assert Event.parse(f"linli.volunteers.{name}", json.dumps(newer)) == Event.parse(
        f"linli.volunteers.{name}", json.dumps(said)
    )


def test_every_event_belongs_to_an_aggregate() -> None:
    told = TypeAdapter(ShiftEvent | VisitEvent | CredentialRecorded).json_schema()["$defs"]
    assert {kind.split(".")[2] for kind in KINDS} <= told.keys()


def test_the_tests_know_an_example_of_every_event() -> None:
    written = {kind for kind in KINDS if not Event.known[kind].is_history()}
    assert {example.kind for example in EXAMPLES.values()} == written


def test_every_code_that_is_raised_has_a_status_and_texts() -> None:
    found = set[str]().union(*map(raised, TREES))
    assert {"SHIFT_OVERLAP", "WAITLIST_FULL", "WRONG_POST", "CHECKLIST_INCOMPLETE"} <= found, (
        "the scan is blind"
    )
    assert found <= codes.CODES.keys()


def test_every_timer_and_command_reaches_its_aggregate() -> None:
    assert [decider.category for decider in SERVICE.deciders] == ["shift", "visit", "credentials"]
    assert set(SERVICE.parts) == {"api", "relay", "timers"}
