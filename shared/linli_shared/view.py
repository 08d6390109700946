"""Views: rows folded from facts by pure functions; the SQL follows from the rows' types.

    CASES = View("case_board", row=Line, key=["case_id"])

    @CASES.on("linli.cases.CaseOpened.v1", Opened)
    def opened(line: Line | None, event: Opened, fact: Fact) -> Line: …

A row belongs to one estate, so two shards never touch one row; a figure over estates is summed when
it is asked for. Lines are rows that are only ever added: figures for a past day, messages.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from linli_shared.kafka import Fact
from linli_shared.table import Key, Table

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)
Fold: TypeAlias = Callable[..., Any]
F = TypeVar("F", bound=Fold)


class FutureVersion(Exception):
    """An event type that this view knows, in a version that it does not."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an event makes of a view: rows by key (None: no row any more) and lines to add."""

    rows: Mapping[Key, Any] = field(default_factory=dict)
    lines: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """`fold` takes the rows of the event's keys, as they were, and says what becomes of them."""

    model: type[BaseModel]
    keys: Callable[[Any], Iterable[Key]]
    fold: Callable[[Mapping[Key, Any], Any, Fact], Change]


class View(Generic[R]):
    """`row` is a frozen dataclass whose first field is `estate`; `key` names the fields after it
    that make the primary key. `lines` is another such type, of rows that are only added."""

    def __init__(
        self,
        name: str,
        *,
        row: type[R] | None = None,
        key: Sequence[str] = (),
        lines: type[Any] | None = None,
        line_key: Sequence[str] = (),
        indexes: Sequence[str] = (),
        line_indexes: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.rows = Table(name, row, key, indexes) if row else None
        suffix = "_line" if row else ""
        self.lines = Table(name + suffix, lines, line_key, line_indexes) if lines else None
        self.handlers: dict[str, Handler] = {}
        self.handler = cache(self._handler)

    def on(
        self, kind: str, model: type[M], keys: Callable[[M], Iterable[Key]] | None = None
    ) -> Callable[[F], F]:
        """Register a fold of one row: (row or None, event, fact) -> the new row, None for no row,
        or a Change. The key is read from the event's fields of the same names unless `keys` (one
        key) is given. A view without rows registers (event, fact) -> lines."""

        def register(fold: F) -> F:
            self.handlers[kind] = Handler(model, keys or self._named(), self._single(fold))
            return fold

        return register

    def on_many(
        self, kind: str, model: type[M], keys: Callable[[M], Iterable[Key]]
    ) -> Callable[[F], F]:
        """Register a fold of several rows: (rows by key, event, fact) -> Change. Keys are without
        the estate."""

        def register(fold: F) -> F:
            self.handlers[kind] = Handler(model, keys, fold)
            return fold

        return register

    def _named(self) -> Callable[[Any], Iterable[Key]]:
        if not self.rows:
            return lambda event: ()
        names = self.rows.key[1:]
        found = attrgetter(*names)
        return (lambda event: [found(event)]) if names[1:] else lambda event: [(found(event),)]

    def _single(self, fold: Fold) -> Callable[[Mapping[Key, Any], Any, Fact], Change]:
        def of_row(rows: Mapping[Key, Any], event: Any, fact: Fact) -> Change:
            ((key, row),) = rows.items()
            made = fold(row, event, fact)
            return made if isinstance(made, Change) else Change({key: made})

        def of_none(rows: Mapping[Key, Any], event: Any, fact: Fact) -> Change:
            return Change(lines=tuple(fold(event, fact)))

        return of_row if self.rows else of_none

    def _handler(self, kind: str) -> Handler | FutureVersion | None:
        """Types nobody asked for are skipped; a version beyond the known ones is poison."""
        if known := self.handlers.get(kind):
            return known
        base, _, version = kind.rpartition(".v")
        versions = [int(k.rpartition(".v")[2]) for k in self.handlers if k.startswith(f"{base}.v")]
        if versions and version.isdigit() and int(version) > max(versions):
            return FutureVersion(f"version {version} of {base} is newer than this view")
        return None
