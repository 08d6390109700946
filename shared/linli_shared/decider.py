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
T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Timer:
    """At `due` the stream is told: by the command `fired(name, due)`, from Linli itself. A stream
    has one timer of a name; setting it again moves it."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """No timer of that name any more; of none, where it has no name."""

    name: str | None = None


Reservation: TypeAlias = Hold | Release
Reminder: TypeAlias = Timer | Cancel


def _none(state: Any, event: Any) -> Sequence[Any]:
    return ()


def _taken(kind: str, holder: str) -> Rejected:
    raise LookupError(f"no rule says what it means that {kind!r} is taken")


def _fired(name: str, due: datetime) -> Any:
    raise LookupError(f"no command says that {name!r} is due")


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """Pure functions over one stream: no clock, no ids, no I/O.

    `category` names the streams: that of key `k` is `<category>-<k>`. `reserve(before, event)` is
    what an event reserves or gives back, `before` being the state it meets; `taken(kind, holder)`
    is the rejection when another stream, of key `holder`, has it. `remind(before, event)` is what
    timers an event sets, moves or cancels; `fired(name, due)` is the command of one that is due. A
    rule that meets it compares `due` with the state's: a timer that was moved meanwhile says
    nothing. `opened`: the state holds what is sealed; without it nothing sealed is opened.
    `reserves_texts`: what is reserved follows from sealed texts; who reserves again opens them.
    """

    category: str
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    reserve: Callable[[S, E], Sequence[Reservation]] = _none
    taken: Callable[[str, str], Rejected] = _taken
    remind: Callable[[S, E], Sequence[Reminder]] = _none
    fired: Callable[[str, datetime], Any] = _fired
    opened: bool = False
    reserves_texts: bool = False

    def stream(self, key: object) -> str:
        return f"{self.category}-{key}"

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        return reduce(self.evolve, events, self.initial if state is None else state)

    def reservations(self, state: S, events: Iterable[E]) -> list[Reservation]:
        """What all `events` reserve, in their order, from the state before the first of them."""
        return self._through(self.reserve, state, events)

    def reminders(self, state: S, events: Iterable[E]) -> list[Reminder]:
        """What timers all `events` set and cancel, likewise."""
        return self._through(self.remind, state, events)

    def _through(
        self, what: Callable[[S, E], Sequence[T]], state: S, events: Iterable[E]
    ) -> list[T]:
        found: list[T] = []
        for event in events:
            found += what(state, event)
            state = self.evolve(state, event)
        return found
