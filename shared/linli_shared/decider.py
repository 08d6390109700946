"""The one pattern every write-side feature follows: decide, then evolve.

After Chassaing, "Functional Event Sourcing Decider" (2021): three pure functions over one stream.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeAlias, TypeVar

C = TypeVar("C", contravariant=True)
S = TypeVar("S")
E = TypeVar("E")


class Rejected(Exception):
    """A command broke a rule. `code` is stable; texts and HTTP status are looked up by it.

    `events` are what the attempt itself leaves behind, for the few rules where an attempt is a
    fact (a blocked person at the school gate): they are stored, and the command is refused.
    """

    def __init__(self, code: str, *, events: Sequence[Any] = (), **params: object) -> None:
        super().__init__(code)
        self.code, self.events, self.params = code, events, params


@dataclass(frozen=True, slots=True)
class Hold:
    """Reserve `key` from `start` to before `end` (None: without end), against every other stream.

    `slots` is how many streams may hold it at once. `scope` is whose key it is: the command's own
    estate when empty, else for example `company:c1`.
    """

    kind: str
    key: str
    start: datetime | None = None
    end: datetime | None = None
    slots: int = 1
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Give back what this stream holds of `kind`: one key, or all of them."""

    kind: str
    key: str | None = None


Reservation: TypeAlias = Hold | Release


def _none(state: Any, event: Any) -> Sequence[Reservation]:
    return ()


def _taken(kind: str, holder: str) -> Rejected:
    raise LookupError(f"no rule says what it means that {kind!r} is taken")


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """Pure functions over one stream: no clock, no ids, no I/O.

    `category` names the streams: that of key `k` is `<category>-<k>`. `reserve(before, event)` is
    what an event reserves or gives back, `before` being the state it meets; `taken(kind, holder)`
    is the rejection when another stream, of key `holder`, has it.
    """

    category: str
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    reserve: Callable[[S, E], Sequence[Reservation]] = _none
    taken: Callable[[str, str], Rejected] = _taken

    def stream(self, key: object) -> str:
        return f"{self.category}-{key}"

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        return reduce(self.evolve, events, self.initial if state is None else state)

    def reservations(self, state: S, events: Iterable[E]) -> list[Reservation]:
        """What all `events` reserve, in their order, from the state before the first of them."""
        found: list[Reservation] = []
        for event in events:
            found += self.reserve(state, event)
            state = self.evolve(state, event)
        return found
