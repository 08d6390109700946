"""What can be seen of a service from outside: figures, never judged (`needs.py` does that)."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """Facts that wait, for how long the oldest one has, and which it is where that is known."""

    events: int = 0
    seconds: float = 0
    oldest: str | None = None


@dataclass(slots=True)
class Reader:
    """A build of views, or a service's processes, on one topic. What the relay has not published
    yet is no lag of the reader's. None where the publisher's store is not known here."""

    build: str
    live: bool
    topic: str
    lag: Lag | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """`foreign`: records that none of our relays wrote; they stop no stream."""

    records: int
    streams: int
    foreign: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Of processes. `refused`: by their targets, within the window."""

    unsent: int
    seconds: float
    refused: int


@dataclass(frozen=True, slots=True)
class Timers:
    """`due` ones are to be delivered now; `seconds`: for how long the oldest has been."""

    set: int
    due: int
    seconds: float
    next: datetime | None


@dataclass(slots=True)
class Seen:
    """A service as it was found. None: it has no such part, or could not be asked (`troubles`)."""

    name: str
    ready: bool | None = None
    waits: dict[str, str] = field(default_factory=dict)
    """Parts that are not ready, and for what they wait."""
    relay: Lag | None = None
    readers: list[Reader] = field(default_factory=list)
    parked: Parked | None = None
    steps: Steps | None = None
    timers: Timers | None = None
    dead_letters: int | None = None
    """Messages given up within the window."""
    simulated: bool = False
    """Its time is a simulation's: nobody has waited for as long as it says, so nothing is late."""
    troubles: list[str] = field(default_factory=list)
