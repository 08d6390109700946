"""Versions of a type: each old one says what it means as the next."""

import json
from collections.abc import Iterator

from linli_shared.messages import Event

from linli_contracts.catalogue import Publisher


def history(publisher: Publisher) -> set[str]:
    """The types that are written no more."""
    return {kind for kind, model in publisher.events.items() if model.is_history()}


def gaps(publisher: Publisher) -> Iterator[str]:
    """Where a stream that begins with an old version could not be loaded, in a sentence each."""
    for kind, model in publisher.events.items():
        base, number = _version(kind)
        older = publisher.events.get(f"{base}.v{number - 1}")
        if number > 1 and older is None:
            yield f"{kind} has no {base}.v{number - 1} before it: its class is gone."
        elif older and not older.is_history():
            yield f"{older.kind} does not say what it means as {kind}: let it override upcast()."
        if model.is_history() and (made := _next(publisher, model)) != f"{base}.v{number + 1}":
            yield f"{kind} becomes {made}, and not {base}.v{number + 1}."


def _next(publisher: Publisher, model: type[Event]) -> str:
    """What the golden fact of an old type becomes."""
    if (stored := publisher.golden.get(model.kind)) is None:
        return "nobody knows what, for it has no golden file"
    return model.model_validate_json(json.dumps(stored)).upcast().kind


def _version(kind: str) -> tuple[str, int]:
    base, _, number = kind.rpartition(".v")
    return base, int(number)
