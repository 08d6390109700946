"""What others rely on: stored events parse for ever, and every refusal is in the table of codes."""

import json
from importlib.resources import files
from pathlib import Path

import linli_cases
import linli_service
import linli_shared
import pytest
from linli_cases.complaints.events import CaseEvent
from linli_cases.disclosures.events import CaseFieldRevealed
from linli_cases.disputes.events import DisputeEvent
from linli_cases.duty.events import EscalationDutySet
from linli_cases.open311.events import Open311Event
from linli_cases.refusals import StepRefused
from linli_cases.sla_policies.events import SlaPolicySet
from linli_language import codes
from linli_shared.messages import Event
from pydantic import TypeAdapter

from shared.tests.promises import raised, trees, with_more

GOLDEN = {Path(str(f)).stem: f for f in files("linli_cases").joinpath("golden").iterdir()}
KINDS = sorted(kind for kind in Event.known if kind.startswith("linli.cases."))
TREES = [tree for package in (linli_cases, linli_service, linli_shared) for tree in trees(package)]


# --- events ----------------------------------------------------------------------------------


def test_every_event_of_the_service_has_a_golden_file() -> None:
    assert {f"linli.cases.{name}" for name in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_event_parses_and_keeps_all_it_said(name: str) -> None:
    said = GOLDEN[name].read_text("utf-8")
    event = Event.known[f"linli.cases.{name}"].model_validate_json(said)
    told = json.loads(event.model_dump_json())
    assert _kept(json.loads(said), told) == json.loads(said)


def _kept(said: object, told: object) -> object:
    """Of `told`, what `said` says too, however deep."""
    match said, told:
        case dict(), dict():
            return {name: _kept(value, told.get(name)) for name, value in said.items()}
        case list(), list() if len(said) == len(told):
            return [_kept(one, other) for one, other in zip(said, told, strict=True)]
        case _:
            return told


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_newer_process_adds_is_ignored(name: str) -> None:
    said = json.loads(GOLDEN[name].read_text("utf-8"))
    newer = {key: with_more(value) for key, value in (said | {"more": 1}).items()}
    assert Event.parse(f"linli.cases.{name}", json.dumps(newer)) == Event.parse(
        f"linli.cases.{name}", json.dumps(said)
    )


def test_every_event_belongs_to_an_aggregate() -> None:
    of_estates = EscalationDutySet | SlaPolicySet | Open311Event
    every = CaseEvent | CaseFieldRevealed | DisputeEvent | of_estates
    told = TypeAdapter(every).json_schema()["$defs"]
    assert {kind.split(".")[2] for kind in KINDS} - {StepRefused.__name__} <= told.keys()


# --- codes -----------------------------------------------------------------------------------


def test_every_code_that_is_raised_has_a_status_and_texts() -> None:
    found = set[str]().union(*map(raised, TREES))
    assert {"NOT_FOUND", "MERGE_CYCLE", "SEAL_MISSING", "CONTENTION", "INTERNAL"} <= found, (
        "the scan is blind"
    )
    assert found <= codes.CODES.keys()


@pytest.mark.parametrize("code", sorted(codes.CODES))
def test_a_text_can_be_told_with_and_without_its_params(code: str) -> None:
    row = codes.CODES[code]
    assert row.status in {400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 431, 500, 503}
    assert codes.text(code, "zh", {})[-1] in "。）"
    assert codes.text(code, "en", {}).endswith(".")


def test_a_text_tells_lists_and_what_is_not_known() -> None:
    params = {"from": "new", "allowed": ["acknowledged", "merged"]}
    told = codes.text("INVALID_TRANSITION", "en", params)
    assert told == "It is new and cannot become ?. From here it can become: acknowledged, merged."
    assert "acknowledged、merged" in codes.text("INVALID_TRANSITION", "zh", params)


def test_a_text_says_so_where_there_is_nothing_left() -> None:
    params = {"from": "completed", "to": "assigned", "allowed": []}
    assert codes.text("INVALID_TRANSITION", "en", params).endswith("can become: nothing.")
    assert codes.text("INVALID_TRANSITION", "zh", params).endswith("现在可变为：无。")


def test_the_codes_page_is_made_from_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "codes.md"
    assert page.read_text("utf-8") == codes.markdown(), "run: python -m linli_language.codes"
