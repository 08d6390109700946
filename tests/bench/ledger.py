"""The same small aggregate for Linli and for the library `eventsourcing`: opened, then noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from linli_shared.asked import Asked
from linli_shared.decider import Decider, Rejected
from linli_shared.messages import Command, Event

TITLE, TEXT = "楼道灯不亮", "3栋2单元11楼楼道灯坏了，晚上看不清台阶。" * 3
ROLES = frozenset(["clerk"])


class Open(Command, by=ROLES):
    title: str
    text: str


class Note(Command, by=ROLES):
    text: str


class Opened(Event, kind="linli.bench.Opened.v1"):
    ledger_id: UUID
    title: str
    text: str
    by_id: str


class Noted(Event, kind="linli.bench.Noted.v1"):
    text: str
    by_id: str


@dataclass(frozen=True, slots=True)
class Ledger:
    title: str
    notes: int = 0


def decide(command: Open | Note, ledger: Ledger | None) -> Sequence[Opened | Noted]:
    of: Mapping[str, Any] = {"occurred_at": command.at, "by_id": command.actor.id}
    match command:
        case Open():
            if ledger:
                raise Rejected("INVALID_TRANSITION")
            return [Opened(**of, ledger_id=command.key, title=command.title, text=command.text)]
        case Note():
            return [Noted(**of, text=command.text)]


def evolve(ledger: Ledger | None, event: Opened | Noted) -> Ledger | None:
    match event:
        case Opened():
            return Ledger(event.title)
        case Noted():
            return replace(ledger, notes=ledger.notes + 1) if ledger else None


LEDGERS: Decider[Any, Any, Any] = Decider("ledger", None, decide, evolve)


def asked(estate: str) -> Asked:
    command = uuid4()
    return Asked("li", {estate: ROLES}, command, command, correlation=UUID(int=1))
