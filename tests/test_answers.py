"""Every text of every answer of every service: with its numbers masked, shown whole for a reason,
or nothing that people write."""

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import FastAPI
from linli_sealed.numbers import MASKED

SERVICES: Final = sorted(
    path.name
    for path in (Path(__file__).parent.parent / "services").iterdir()
    if (path / f"linli_{path.name}" / "app.py").exists() and path.name != "keys"
)
ID: Final = re.compile(r"(^|_)(id|ids|no|refs?|token|code|codes|version|sha256(_zh|_en)?)$")
"""Of people and things, made by rules."""
WORDS: Final = {  # of a list, of a clock, or of a rule
    "asked_by", "begins_on", "body", "booked_by", "booked_for", "breached", "category", "channel",
    "closes", "company", "consented", "definition", "due_at", "estate", "estates", "event", "field",
    "fields", "filing_side", "from_on", "hours", "kind", "kinship", "locale", "next", "opens",
    "origin", "outcome", "own", "owner_role", "period", "phase", "place_kind", "post", "priority",
    "process", "purpose", "referred_to", "regime", "required_credentials", "role", "role_en",
    "role_zh", "scope", "service", "settled_by", "side", "stage", "standards", "state", "step",
    "stream", "fact_stream", "suspects", "target", "template", "tenure", "tier", "to_on", "type",
    "verdict", "vote", "what", "window", "remedy", "link", "values", "$", "norm", "met", "unmet",
    "missed", "overdue", "checked_on", "cause", "honour", "open_cases", "common_cases",
    "unpaid_periods", "overdue_elders",
}  # fmt: skip
WHOLE: Final[Mapping[str, set[str]]] = {
    "cases.PrivateNote": {"note"},  # to nobody but who wrote it
    "cases.Issued": {"api_key"},  # told once, to who had it issued
    "views.Person": {"full_name", "phone", "birth_date"},  # masked by masks of their own
    "views.Value": {"value"},  # revealed, with a reason and an event
    "views.Text": {"text"},  # one's own copy; another's after a recorded reason
    "views.Held": {"text_zh", "text_en"},  # likewise
    "views.ConsentText": {"text_zh", "text_en"},  # their hash must be that of the words
    "views.Company": {"name_zh", "name_en"},  # of an organisation, an estate, a place
    "views.Estate": {"name_zh", "name_en"},
    "views.Region": {"name_zh", "name_en"},
    "views.Place": {"name_zh", "name_en"},
    "views.Left": {"why_zh", "why_en"},  # our own words
    "views.Stays": {"what_zh", "what_en", "why_zh", "why_en"},
    "views.Explained.Line": {"text_zh", "text_en"},
    "estates.ShownFault": {"text_zh", "text_en"},  # by code, of rows and columns
    "notifications.DeadLetter": {"reason"},  # a word of a list
    "views.Erasure": {"reason"},
}


def texts(service: str) -> Iterator[tuple[str, str, bool | None]]:
    """Model, field and whether it is masked, of each value; None of what is no text, or one whose
    form is fixed."""
    app = FastAPI()
    for router in importlib.import_module(f"linli_{service}.app").SERVICE.routers:
        app.include_router(router)
    told = app.openapi()
    models = told.get("components", {}).get("schemas", {})
    for path in told["paths"].values():
        for does in path.values():
            for status, answer in does["responses"].items():
                for body in answer.get("content", {}).values() if status < "300" else ():
                    yield from _texts(body.get("schema", {}), service, "$", models, ())


def _texts(
    schema: Mapping[str, Any], model: str, field: str, models: Mapping[str, Any], above: Any
) -> Iterator[tuple[str, str, bool | None]]:
    if ref := schema.get("$ref", "").rpartition("/")[2]:
        if ref not in above:
            name = ref.replace(f"linli_{model.partition('.')[0]}__", "")
            name = name.replace("explained__", "Explained.").rpartition("__")[2]
            whose = f"{model.partition('.')[0]}.{name}"
            yield from _texts(models[ref], whose, field, models, (*above, ref))
        return
    closed = {"format", "enum", "const", "pattern"} & schema.keys()
    if "type" in schema:
        text = schema["type"] == "string" and not closed
        yield model, field, (MASKED in schema) if text else None
    for part in (p for key in ("anyOf", "oneOf", "allOf") for p in schema.get(key, ())):
        yield from _texts(part, model, field, models, above)
    for name, part in schema.get("properties", {}).items():
        yield from _texts(part, model, name, models, above)
    for part in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, dict):
            yield from _texts(part, model, field, models, above)


@pytest.mark.parametrize("service", SERVICES)
def test_what_people_write_is_answered_with_its_numbers_masked(service: str) -> None:
    """A text is `Masked`, or say here why it is not. Seen red with `title: str` in Case."""
    bare = {
        f"{model}.{field}"
        for model, field, masked in texts(service)
        if masked is False
        and not (ID.search(field) or field in WORDS or field in WHOLE.get(model, ()))
    }
    assert bare == set()


def test_what_is_excepted_is_there() -> None:
    found = {(m, f) for service in SERVICES for m, f, masked in texts(service) if masked is False}
    assert {(model, field) for model, fields in WHOLE.items() for field in fields} <= found
    assert {field for _, field in found} >= WORDS


def test_what_is_said_of_care_is_in_no_answer_but_ones_own_copy() -> None:
    """How an elder was found, their health and needs: no model of an answer has a field for it.
    Seen red with `wellbeing: int | None` in Visit."""
    telling = re.compile(r"(^|_)(found|wellbeing|checklist|needs|health|care|medical)(_|$)")
    for service in SERVICES:
        for model, field, _ in texts(service):
            assert not telling.search(field), (model, field)
