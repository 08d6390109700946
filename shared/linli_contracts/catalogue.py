"""Who publishes what and who reads what, found by looking: a new service is there by itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, Final

from linli_service.service import Service
from linli_shared.messages import Event
from linli_shared.process import Process
from linli_shared.view import View
from pydantic import BaseModel

ROOT: Final = Path(__file__).resolve().parents[2]


def short(kind: str) -> str:
    """`CaseOpened.v1` of `linli.cases.CaseOpened.v1`: the name of its files."""
    return kind.split(".", 2)[2]


@dataclass(frozen=True)
class Publisher:
    """A service, the classes of its events by type, and a stored example of each by type."""

    service: Service
    events: Mapping[str, type[Event]]
    golden: Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """`where` takes facts of the type `kind` as `model`."""

    service: str
    where: str
    kind: str
    model: type[BaseModel]

    def __str__(self) -> str:
        return f"{self.where} of {self.service}"


@cache
def services() -> tuple[Service, ...]:
    """Of every package `services/*/linli_*` with a composition root; it has to be installed."""
    roots = sorted(ROOT.glob("services/*/linli_*/app.py"))
    found = [import_module(f"{root.parent.name}.app").SERVICE for root in roots]
    assert all(isinstance(service, Service) for service in found)
    return tuple(found)


@cache
def publishers() -> tuple[Publisher, ...]:
    return tuple(_publisher(service) for service in services() if service.topic)


def _publisher(service: Service) -> Publisher:
    list(_modules(service))  # an event that no route reaches yet is an event all the same
    events = {
        kind: model
        for kind, model in sorted(Event.known.items())
        if model.__module__.partition(".")[0] == _package(service)
    }
    folder = ROOT / "services" / service.name / _package(service) / "golden"
    golden = {
        f"linli.{service.name}.{file.stem}": json.loads(file.read_text("utf-8"))
        for file in sorted(folder.glob("*.json"))
    }
    return Publisher(service, events, golden)


@cache
def readings() -> tuple[Reading, ...]:
    """Of all views and processes that stand in a module of a service or in its composition."""
    return tuple(reading for service in services() for reading in _readings(service))


def _readings(service: Service) -> Iterator[Reading]:
    named = [value for module in _modules(service) for value in vars(module).values()]
    listed = [view for views in service.views for view in views.members]
    for found in {id(value): value for value in [*listed, *named]}.values():
        if isinstance(found, View):
            for kind, handler in found.handlers.items():
                yield Reading(service.name, f"the view {found.name}", kind, handler.model)
        elif isinstance(found, Process):
            for kind, model, _ in found.reactions:
                yield Reading(service.name, f"the process {found.name}", kind, model)


def _modules(service: Service) -> Iterator[ModuleType]:
    package = import_module(_package(service))
    yield package
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith(".__main__"):
            yield import_module(info.name)


def _package(service: Service) -> str:
    return f"linli_{service.name}"
