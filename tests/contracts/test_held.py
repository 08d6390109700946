"""What is held on a person is looked for in every topic; no name of a field is a person's id."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from linli_contracts.catalogue import publishers
from linli_views.held.search import TOPICS
from pydantic import BaseModel

NAMED_BY_US = {
    "linli.cases.StepRefused.v1": {"params"},
    "linli.meetings.StepRefused.v1": {"params"},
    "linli.notifications.NotificationRequested.v1": {"params"},
}
"""Of what a code, or a template, is about."""


def test_it_is_looked_for_in_every_topic() -> None:
    """A service that is new to Linli is new to this list."""
    assert set(TOPICS) == {publisher.service.topic for publisher in publishers()}


def open_names(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The fields whose inner names a service makes up as it goes: whose are they?"""
    for name, field in model.model_fields.items():
        yield from _open(field.annotation, f"{above}{name}")


def _open(kind: Any, path: str) -> Iterator[str]:
    if get_origin(kind) in (dict, Mapping) or kind in (dict, Mapping, Any, object):
        yield path
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from open_names(kind, f"{path}.")
    for part in get_args(kind):
        yield from _open(part, path)


def test_no_event_has_names_of_fields_that_could_be_somebody() -> None:
    """They are told as they stand. Seen red with a dict by person."""
    found = {
        kind: names
        for publisher in publishers()
        for kind, model in publisher.events.items()
        if (names := set(open_names(model)))
    }
    assert found == NAMED_BY_US
