"""What others rely on: stored events parse for ever, and every text has both languages."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from linli_language import codes
from linli_notifications.addresses.events import AddressEvent
from linli_notifications.app import SERVICE
from linli_notifications.intents.events import IntentEvent
from linli_shared.messages import Event
from pydantic import TypeAdapter

GOLDEN = {Path(str(f)).stem: f for f in files("linli_notifications").joinpath("golden").iterdir()}
KINDS = sorted(kind for kind in Event.known if kind.startswith("linli.notifications."))


def test_every_event_of_the_service_has_a_golden_file() -> None:
    assert {f"linli.notifications.{name}" for name in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_event_parses_and_keeps_all_it_said(name: str) -> None:
    said = GOLDEN[name].read_text("utf-8")
    event = Event.known[f"linli.notifications.{name}"].model_validate_json(said)
    told = json.loads(event.model_dump_json())
    assert {field: told.get(field) for field in json.loads(said)} == json.loads(said)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_newer_process_adds_is_ignored(name: str) -> None:
    said = json.loads(GOLDEN[name].read_text("utf-8"))
    newer = Event.parse(f"linli.notifications.{name}", json.dumps(said | {"more": {"deep": [1]}}))
    assert newer == Event.parse(f"linli.notifications.{name}", json.dumps(said))


def test_every_event_belongs_to_an_aggregate() -> None:
    told = TypeAdapter(IntentEvent | AddressEvent).json_schema()["$defs"]
    assert {kind.split(".")[2] for kind in KINDS} <= told.keys()


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"AddressSet.v1"}))
def test_an_address_stands_in_the_event_that_sets_it_and_nowhere_else(name: str) -> None:
    assert "@" not in GOLDEN[name].read_text("utf-8")


def test_the_codes_that_lifecycle_and_addresses_raise_are_in_the_table() -> None:
    assert {"NOT_FOUND", "INVALID_TRANSITION"} <= codes.CODES.keys()


def test_the_parts_of_the_service() -> None:
    assert SERVICE.parts == ("api", "relay", "views", "timers", "processes", "mail")
