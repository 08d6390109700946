"""A command as it was asked, what it did, and the rules that hold for every command."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from asyncpg import Record

from linli_shared.decider import Rejected
from linli_shared.messages import SYSTEM, Actor, Command, Event

C = TypeVar("C", bound=Command)

_AHEAD: Final = timedelta(minutes=5)  # how far a clock in the field may be ahead of ours


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what, as what command: all that a request brings but the command itself."""

    actor: str
    estates: Mapping[str, frozenset[str]]  # estate -> roles held there
    command: UUID
    request: UUID  # a hash of the route and the body: what makes two requests the same
    correlation: UUID  # of a stream that begins; what is not of a chain keeps it
    causation: UUID | None = None
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, now or when it was first asked: a pure function of its events."""

    key: UUID
    version: int
    events: tuple[Event, ...] = ()
    at: tuple[int, int] | None = None  # shard and position of its last event


def permitted(command: C, key: UUID, asked: Asked, estate: str, version: int, now: datetime) -> C:
    """The command as stamped, where role, If-Match and time allow it.

    Raises ROLE_NOT_PERMITTED, STREAM_VERSION_CONFLICT, OCCURRED_IN_FUTURE.
    """
    roles = asked.estates[estate]
    if not roles & command.by:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(command.by - {SYSTEM}))
    if asked.if_match is not None and asked.if_match != version:
        raise Rejected("STREAM_VERSION_CONFLICT", expected=asked.if_match, actual=version)
    command = command.stamped(key, now, Actor(id=asked.actor, roles=roles))
    if command.at > now + _AHEAD:
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=int(_AHEAD.total_seconds() // 60))
    return command


def first_answer(rows: Sequence[Record], request: UUID) -> Outcome:
    """What a command id was answered the first time, from the events it wrote then (`es.done`).

    Raises the refusal where those recorded one; IDEMPOTENCY_KEY_REUSED for another request.
    """
    last = rows[-1]
    if last["request"] != request:
        raise Rejected("IDEMPOTENCY_KEY_REUSED")
    if refused := json.loads(last["meta"]).get("refused"):
        raise Rejected(refused["code"], **refused["params"])
    events = tuple(Event.parse(row["type"], row["data"]) for row in rows)
    key = UUID(last["stream"][-36:])
    return Outcome(key, last["version"], events, (last["shard"], last["position"]))
