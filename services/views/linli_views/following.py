"""Rows that follow a stream: one begins a row, and every later fact of it moves that on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from linli_shared.kafka import Fact
from linli_shared.table import Key
from linli_shared.view import View

from linli_views.facts import Read

R = TypeVar("R")
M = TypeVar("M", bound=Read)


def follow(
    view: View[R],
    models: Iterable[type[M]],
    changes: Callable[[R, M], Mapping[str, Any]],
    keys: Callable[[Any], Iterable[Key]] | None = None,
) -> None:
    """Register `changes`, what a fact changes of its row, for `models` but those that `view` has a
    fold for already: these begin it. Every fact moves `version`, also one that changes nothing
    else: it is the ETag."""

    def changed(row: R | None, event: M, fact: Fact) -> R | None:
        if row is None:  # an operator has discarded its beginning
            return None
        made: Any = row
        moved = {"changed_at": fact.recorded_at, "version": fact.version}
        return replace(made, **changes(row, event), **moved)  # type: ignore[no-any-return]

    for model in models:
        if model.wire not in view.handlers:
            view.on(model.wire, model, keys)(changed)
