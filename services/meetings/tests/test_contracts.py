"""What others rely on: stored events parse for ever, every refusal is in the table of codes, and
the service is put together of all that is here."""

import json
from importlib.resources import files
from pathlib import Path
from typing import get_args

import linli_meetings
import pytest
from linli_language import codes
from linli_meetings.app import SERVICE
from linli_meetings.meetings.commands import MeetingCommand
from linli_meetings.meetings.events import MeetingEvent
from linli_meetings.refusals import StepRefused
from linli_meetings.resolutions.commands import ResolutionCommand
from linli_meetings.resolutions.events import ResolutionEvent
from linli_meetings.topics.commands import TopicCommand
from linli_meetings.topics.events import TopicEvent
from linli_shared.messages import SYSTEM, Event

from shared.tests.promises import raised, trees, with_more

GOLDEN = {Path(str(f)).stem: f for f in files("linli_meetings").joinpath("golden").iterdir()}
KINDS = sorted(kind for kind in Event.known if kind.startswith("linli.meetings."))
TREES = trees(linli_meetings)
COMMANDS = [*get_args(TopicCommand), *get_args(MeetingCommand), *get_args(ResolutionCommand)]


# --- events ----------------------------------------------------------------------------------


def test_every_event_of_the_service_has_a_golden_file() -> None:
    assert {f"linli.meetings.{name}" for name in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_event_parses_and_keeps_all_it_said(name: str) -> None:
    said = GOLDEN[name].read_text("utf-8")
    event = Event.known[f"linli.meetings.{name}"].model_validate_json(said)
    told = json.loads(event.model_dump_json())
    assert {field: told.get(field) for field in json.loads(said)} == json.loads(said)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_newer_process_adds_is_ignored(name: str) -> None:
    said = json.loads(GOLDEN[name].read_text("utf-8"))
    newer = with_more(said)
    assert Event.parse(f"linli.meetings.{name}", json.dumps(newer)) == Event.parse(
        f"linli.meetings.{name}", json.dumps(said)
    )


def test_every_event_belongs_to_an_aggregate() -> None:
    told = {*get_args(TopicEvent), *get_args(MeetingEvent), *get_args(ResolutionEvent)}
    assert {event.kind for event in {*told, StepRefused}} == set(KINDS)


# --- codes -----------------------------------------------------------------------------------


def test_every_code_that_is_raised_has_a_status_and_texts() -> None:
    found = set[str]().union(*map(raised, TREES))
    assert found <= codes.CODES.keys()
    of_meetings = {name for name, code in codes.CODES.items() if code.context == "meetings"}
    assert of_meetings <= found, "each code of the context is raised somewhere"


# --- the service -----------------------------------------------------------------------------


def test_timers_and_processes_reach_every_aggregate() -> None:
    reached = [d.category for d in SERVICE.deciders]
    assert reached == ["topic", "meeting", "resolution", "refusal"]
    assert {"timers", "processes"} <= {*SERVICE.parts}


def test_every_command_of_people_has_a_route_and_no_other_has() -> None:
    routes = [route for router in SERVICE.routers for route in router.routes]
    bodies = {
        kind
        for route in routes
        for kind in route.endpoint.__annotations__.values()  # type: ignore[attr-defined]
    }
    assert {kind for kind in COMMANDS if kind.by != {SYSTEM}} == bodies & {*COMMANDS}
    assert not [kind for kind in COMMANDS if kind.by == {SYSTEM} and kind in bodies]
