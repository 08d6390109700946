"""The files in shared/contracts: what should stand there, and what does."""

import json
from typing import Any, Final

import yaml

from linli_contracts import promises
from linli_contracts.asyncapi import asyncapi
from linli_contracts.catalogue import ROOT, Publisher, publishers, short
from linli_contracts.envelope import headers
from linli_contracts.schemas import DIALECT, Schema, relied_on, written
from linli_contracts.versions import gaps, history

FOLDER: Final = ROOT / "shared/contracts"
_ROLES: Final = {
    "writer": "Closed: nothing else is ever written.",
    "reader": "Open: pass over fields, and expect words, that are new to you.",
}
HISTORY: Final = "Written no more: a newer version is. Its facts stay in the topic for ever."


def writers(publisher: Publisher) -> dict[str, Schema]:
    return {kind: written(model) for kind, model in publisher.events.items()}


def promised(name: str) -> dict[str, promises.Promise]:
    """What was promised of a service's types, as it stands committed."""
    file = FOLDER / _promises(name)
    return promises.parse(file.read_text("utf-8")) if file.exists() else {}


def breaches() -> list[str]:
    """Also of a service that is gone."""
    told = {p.service.name: (writers(p), history(p)) for p in publishers()}
    names = told.keys() | {file.stem for file in FOLDER.glob(_promises("*"))}
    broken = [
        said
        for name in sorted(names)
        for said in promises.breaches(promised(name), *told.get(name, ({}, set())))
    ]
    return broken + [said for publisher in publishers() for said in gaps(publisher)]


def generated() -> dict[str, str]:
    """What should stand there, by path."""
    made = {"headers.json": _json(headers())}
    for publisher in publishers():
        name, closed = publisher.service.name, writers(publisher)
        opened = {kind: relied_on(schema) for kind, schema in closed.items()}
        for role, schemas in (("writer", closed), ("reader", opened)):
            for kind, schema in schemas.items():
                made[f"{name}/{role}/{short(kind)}.json"] = _json(
                    _document(publisher, kind, role, schema)
                )
        made[f"{name}/asyncapi.yaml"] = _yaml(asyncapi(publisher, opened))
        kept = promises.kept(promised(name), closed, publisher.golden)
        made[_promises(name)] = promises.text(kept)
    return made


def standing() -> dict[str, str]:
    """What does stand there, by path; a page for people is not of the contracts."""
    files = (file for file in sorted(FOLDER.rglob("*")) if file.is_file() and file.suffix != ".md")
    return {str(file.relative_to(FOLDER)): file.read_text("utf-8") for file in files}


def write() -> list[str]:
    """Make what stands there what should; the paths that changed."""
    should, does = generated(), standing()
    for path in does.keys() - should.keys():
        (FOLDER / path).unlink()
    changed = sorted(path for path in should if should[path] != does.get(path))
    for path in changed:
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(should[path], "utf-8")
    return sorted([*changed, *(does.keys() - should.keys())])


def forget(kind: str) -> bool:
    """Take one promise back; False where there is none."""
    name = kind.split(".")[1] if kind.count(".") > 2 else ""
    left = promised(name)
    if not left.pop(kind, None):
        return False
    (FOLDER / _promises(name)).write_text(promises.text(left), "utf-8")
    return True


def _promises(name: str) -> str:
    return f"promised/{name}.json"


def _document(publisher: Publisher, kind: str, role: str, schema: Schema) -> Schema:
    model = publisher.events[kind]
    about: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:linli:contracts:{role}:{kind}",
        "title": kind,
        "$comment": f"Made from {model.__module__}.{model.__name__}. {_ROLES[role]}",
        "x-source": f"linli/{publisher.service.name}",
    }
    if model.is_history():
        about |= {"deprecated": True, "$comment": f"{about['$comment']} {HISTORY}"}
    return about | schema


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(value: Any) -> str:
    head = "# Made by `make contracts`. Change the events, then make it again.\n"
    return head + yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
