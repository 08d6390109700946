"""What an append asks and answers: plain values, no I/O."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from linli_shared.decider import Hold, Release, Reminder, Reservation, Timer

Outcome: TypeAlias = Literal["appended", "repeated", "reused", "conflict", "taken"]
MAX_EVENT_BYTES = 256 * 1024


class Overloaded(Exception):
    """Nothing was written, try again later: 503 with Retry-After. The queue of the group commit is
    full, or what `code` of a subclass says."""

    code = "OVERLOADED"


class Unavailable(Exception):
    """No answer from the database in time. Whether it was written is open: retry the same id."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    id: UUID
    kind: str
    data: str  # JSON
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events, for one stream. `guards` are versions of other streams of the estate
    that must still hold; `correlation` names the chain of events that these belong to."""

    estate: str
    stream: str
    expected: int  # 0: must not exist
    command: UUID
    request: UUID  # a hash of the request's route and body
    meta: str  # JSON
    correlation: UUID
    events: Sequence[NewEvent]
    causation: UUID | None = None
    guards: Mapping[str, int] | None = None
    holds: Sequence[Reservation] = ()
    reminders: Sequence[Reminder] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` is the stream's after the command; for a conflict the one found instead."""

    outcome: Outcome
    version: int
    shard: int
    position: int | None
    held_kind: str | None
    holder: str | None


SQL = """select outcome, version, shard, position, held_kind, holder
           from es.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                          $17)"""


def arguments(group: Sequence[Append]) -> tuple[Sequence[object], ...]:
    """The columns of a group, as `SQL` takes them."""
    scopes = {h.scope or a.estate for a in group for h in a.holds if isinstance(h, Hold)}
    events = [e for a in group for e in a.events]
    return (
        sorted(scopes),
        [a.estate for a in group],
        [a.stream for a in group],
        [a.expected for a in group],
        [a.command for a in group],
        [a.request for a in group],
        [a.meta for a in group],
        [a.correlation for a in group],
        [a.causation for a in group],
        [len(a.events) for a in group],
        [_guards(a.guards) for a in group],
        [_holds(a) for a in group],
        [_reminders(a) for a in group],
        [e.id for e in events],
        [e.kind for e in events],
        [e.data for e in events],
        [e.occurred_at for e in events],
    )


def _guards(guards: Mapping[str, int] | None) -> str | None:
    if not guards:
        return None
    return json.dumps([{"stream": stream, "version": v} for stream, v in guards.items()])


def _holds(append: Append) -> str | None:
    if not append.holds:
        return None
    return json.dumps([_hold(h, append.estate) for h in append.holds])


def _reminders(append: Append) -> str | None:
    if not append.reminders:
        return None
    last: dict[str | None, Reminder] = {}  # a name's last word counts
    for one in append.reminders:
        if one.name is None:
            last.clear()
        last[one.name] = one
    due = {name: r.due.isoformat() if isinstance(r, Timer) else None for name, r in last.items()}
    return json.dumps([{"name": name, "due_at": at} for name, at in due.items()])


def _hold(one: Reservation, estate: str) -> dict[str, object]:
    match one:
        case Release():
            return {"kind": one.kind, "key": one.key, "release": True}
        case Hold():
            start = one.start.isoformat() if one.start else ""
            end = one.end.isoformat() if one.end else ""
            return {
                "scope": one.scope or estate,
                "kind": one.kind,
                "key": one.key,
                "during": f"[{start},{end})" if start else f"({start},{end})",
                "slots": one.slots,
                "release": False,
            }
