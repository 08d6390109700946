"""What was promised: the schema of every type that has been on main, and facts as they were stored.

It is kept apart from what the code says today, so that no history and no server is needed to tell
whether today breaks yesterday. It only grows: `make contracts` adds to it and takes nothing away.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from linli_contracts.compatible import broken
from linli_contracts.schemas import Schema, untold


@dataclass(frozen=True)
class Promise:
    """Of one type. `facts` are stored examples: each golden file as it ever stood."""

    writer: Schema
    facts: tuple[dict[str, Any], ...]


def parse(text: str) -> dict[str, Promise]:
    return {kind: Promise(p["writer"], tuple(p["facts"])) for kind, p in json.loads(text).items()}


def text(promises: Mapping[str, Promise]) -> str:
    """A line a type, so that a review sees which."""
    lines = [
        json.dumps(kind) + ": " + json.dumps(
            {"facts": p.facts, "writer": p.writer}, ensure_ascii=False, sort_keys=True
        )
        for kind, p in sorted(promises.items())
    ]  # fmt: skip
    return "{\n" + ",\n".join(lines) + "\n}\n"


def kept(
    promised: Mapping[str, Promise],
    writers: Mapping[str, Schema],
    golden: Mapping[str, dict[str, Any]],
) -> dict[str, Promise]:
    """The promises with today's added, where nothing is broken."""
    made = dict(promised)
    for kind, writer in writers.items():
        facts = promised[kind].facts if kind in promised else ()
        if (fact := golden.get(kind)) is not None and fact not in facts:
            facts = (*facts, fact)
        made[kind] = Promise(untold(writer), facts)
    return made


def breaches(
    promised: Mapping[str, Promise], writers: Mapping[str, Schema], history: Collection[str] = ()
) -> list[str]:
    """Each breach in a sentence for whoever made the change. Types of `history` have a newer
    version; nobody writes them any more, so nothing about them may change."""
    found = []
    for kind, promise in promised.items():
        if kind not in writers:
            found.append(f"{kind} is gone, and its facts are stored.")
        elif kind in history and untold(writers[kind]) != promise.writer:
            found.append(
                f"{kind} is history: it is written no more, so its fields stay as they are."
            )
        else:
            found += [
                f"{kind}{f', field {where}' if where else ''}: {why}."
                for where, why in sorted(broken(promise.writer, untold(writers[kind])).items())
            ]
    return found


WAY_OUT = (
    "Keep the type as it was, and give what is new a class of its own with the next version "
    '(kind="….v2"). Only where no fact of a type was ever stored but on developers\' machines: '
    "python -m linli_contracts forget TYPE. What may change: linli_contracts/compatible.py."
)
