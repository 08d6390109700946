"""The event store: load a stream, decide, append; each command once, whoever repeats it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from asyncpg import Pool, Record
from uuid_utils.compat import uuid7

from linli_shared.append import MAX_EVENT_BYTES, Answer, Append, NewEvent
from linli_shared.clock import Clock, now
from linli_shared.decider import Decider, Rejected
from linli_shared.messages import Actor, Command, Event
from linli_shared.queues import Queues
from linli_shared.tenancy import reading
from linli_shared.writer import Writer

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)

_LOAD = "select estate, version, type, data, correlation from es.load($1, $2)"
_DONE = """select stream, version, shard, position, request, type, data, meta
             from es.done($1, $2)"""
_NUMBER = "select es.number($1, $2)"
_AHEAD: Final = timedelta(minutes=5)  # how far a clock in the field may be ahead of ours
_ATTEMPTS: Final = 10
_PATIENCE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what, as what command: all that a request brings but the command itself."""

    actor: str
    estates: Mapping[str, frozenset[str]]  # estate -> roles held there
    command: UUID
    request: UUID  # a hash of the route and the body: what makes two requests the same
    correlation: UUID  # of a stream that begins; later events of it keep the first one's
    causation: UUID | None = None
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, now or when it was first asked: a pure function of its events."""

    key: UUID
    version: int
    events: tuple[Event, ...] = ()
    at: tuple[int, int] | None = None  # shard and position of its last event


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    estate: str
    state: S
    version: int = 0
    correlation: UUID | None = None


class Moved(Exception):
    """Somebody else appended to the stream, or to a guarded one: decide again."""


class Reader:
    """What a command may look up before it is decided. Other streams it reads are guarded: if one
    moves before the append, everything is looked up and decided again."""

    def __init__(self, store: "EventStore", estate: str, now: datetime) -> None:
        self._store, self.estate, self.now = store, estate, now
        self.guards: dict[str, int] = {}

    async def load(self, decider: Decider[C, S, E], key: UUID) -> S:
        loaded = await self._store.load(decider, [self.estate], key)
        self.guards[decider.stream(key)] = loaded.version
        return loaded.state

    async def number(self, name: str) -> int:
        """The next number of a series of the estate; one that is not used leaves a gap."""
        return cast("int", await self._store.pool.fetchval(_NUMBER, self.estate, name))

    async def rows(self, sql: str, *args: object) -> list[Record]:
        """Rows of this service's own views, as far as they have read."""
        async with reading(self._store.pool, [self.estate]) as db:
            return await db.fetch(sql, *args)


Learn: TypeAlias = Callable[[Reader, C], Awaitable[C]]


@dataclass(slots=True)
class EventStore:
    pool: Pool
    writer: Writer
    clock: Clock = now
    _queues: Queues = field(default_factory=lambda: Queues(_PATIENCE_S))

    async def load(self, decider: Decider[C, S, E], estates: Sequence[str], key: UUID) -> Loaded[S]:
        """The stream's state in the one of `estates` that has it; version 0 where none does."""
        rows = await self.pool.fetch(_LOAD, list(estates), decider.stream(key))
        if not rows:
            return Loaded("", decider.initial)
        events = (cast("E", Event.parse(row["type"], row["data"])) for row in rows)
        last = rows[-1]
        return Loaded(last["estate"], decider.fold(events), last["version"], last["correlation"])

    async def create(
        self,
        decider: Decider[C, S, E],
        command: C,
        asked: Asked,
        estate: str,
        learn: Learn[C] | None = None,
    ) -> Outcome:
        """Begin a stream in `estate`."""
        if estate not in asked.estates:
            raise Rejected("NOT_FOUND")
        begun = Loaded(estate, decider.initial)
        return await self._settle(decider, uuid7(), command, asked, learn, begun)

    async def act(
        self,
        decider: Decider[C, S, E],
        key: UUID,
        command: C,
        asked: Asked,
        learn: Learn[C] | None = None,
    ) -> Outcome:
        """Carry out `command` on a stream of one of the caller's estates."""
        # Those who wait for one stream wait here, in order, instead of racing for its version.
        async with self._queues.turn(decider.stream(key)):
            return await self._settle(decider, key, command, asked, learn, None)

    async def _settle(
        self,
        decider: Decider[C, S, E],
        key: UUID,
        command: C,
        asked: Asked,
        learn: Learn[C] | None,
        begun: Loaded[S] | None,
    ) -> Outcome:
        for attempt in range(_ATTEMPTS):
            loaded = begun or await self.load(decider, list(asked.estates), key)
            if not begun and not loaded.version:
                raise Rejected("NOT_FOUND")
            try:
                return await self._once(decider, key, command, asked, learn, loaded)
            except Moved:
                await asyncio.sleep(random.uniform(0, 0.005 * 2**attempt))
        raise Rejected("CONTENTION")

    async def _once(
        self,
        decider: Decider[C, S, E],
        key: UUID,
        command: C,
        asked: Asked,
        learn: Learn[C] | None,
        loaded: Loaded[S],
    ) -> Outcome:
        reader = Reader(self, loaded.estate, self.clock())
        refusal: Rejected | None = None
        events: Sequence[E] = ()
        try:
            command = _permitted(command, key, asked, loaded, reader.now)
            if learn:
                command = await learn(reader, command)
            events = decider.decide(command, loaded.state)
        except Rejected as rejected:
            refusal, events = rejected, cast("Sequence[E]", rejected.events)
        if refusal or not events:
            # A repeated command is refused too, by what it did the first time.
            if first := await self._first(asked, loaded.estate):
                return first
            if not events:
                if refusal:
                    raise refusal
                return Outcome(key, loaded.version)
        append = _append(decider, key, events, asked, loaded, reader.guards, refusal)
        outcome = await self._answered(decider, append, events, await self.writer.append(append))
        if refusal:
            raise refusal
        return outcome

    async def _answered(
        self, decider: Decider[C, S, E], append: Append, events: Sequence[E], answer: Answer
    ) -> Outcome:
        match answer.outcome:
            case "appended":
                key = UUID(append.stream.removeprefix(f"{decider.category}-"))
                at = (answer.shard, cast("int", answer.position))
                return Outcome(key, answer.version, tuple(events), at)
            case "repeated" | "reused":
                rows = await self.pool.fetch(_DONE, [append.estate], append.command)
                return _first_answer(rows, append.request)
            case "conflict":
                raise Moved
            case "taken":
                holder = (answer.holder or "").removeprefix(f"{decider.category}-")
                raise decider.taken(answer.held_kind or "", holder)

    async def _first(self, asked: Asked, estate: str) -> Outcome | None:
        rows = await self.pool.fetch(_DONE, [estate], asked.command)
        return _first_answer(rows, asked.request) if rows else None


def _permitted(command: C, key: UUID, asked: Asked, loaded: Loaded[Any], now: datetime) -> C:
    roles = asked.estates[loaded.estate]
    if not roles & command.by:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(command.by))
    if asked.if_match is not None and asked.if_match != loaded.version:
        raise Rejected("STREAM_VERSION_CONFLICT", expected=asked.if_match, actual=loaded.version)
    command = command.stamped(key, now, Actor(id=asked.actor, roles=roles))
    if command.at > now + _AHEAD:
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=int(_AHEAD.total_seconds() // 60))
    return command


def _append(
    decider: Decider[C, S, E],
    key: UUID,
    events: Sequence[E],
    asked: Asked,
    loaded: Loaded[S],
    guards: Mapping[str, int],
    refusal: Rejected | None,
) -> Append:
    meta: dict[str, object] = {
        "actor": asked.actor,
        "roles": sorted(asked.estates[loaded.estate]),
    }
    if refusal:
        meta["refused"] = {"code": refusal.code, "params": refusal.params}
    written = [NewEvent(uuid7(), e.kind, e.model_dump_json(), e.occurred_at) for e in events]
    if any(len(e.data.encode()) > MAX_EVENT_BYTES for e in written):
        raise Rejected("EVENT_TOO_LARGE", limit_bytes=MAX_EVENT_BYTES)
    return Append(
        estate=loaded.estate,
        stream=decider.stream(key),
        expected=loaded.version,
        command=asked.command,
        request=asked.request,
        meta=json.dumps(meta, default=str),
        correlation=loaded.correlation or asked.correlation,
        causation=asked.causation,
        events=written,
        guards=guards,
        holds=decider.reservations(loaded.state, events),
    )


def _first_answer(rows: Sequence[Record], request: UUID) -> Outcome:
    """What was answered the first time; raises what was refused then, or IDEMPOTENCY_KEY_REUSED."""
    last = rows[-1]
    if last["request"] != request:
        raise Rejected("IDEMPOTENCY_KEY_REUSED")
    if refused := json.loads(last["meta"]).get("refused"):
        raise Rejected(refused["code"], **refused["params"])
    events = tuple(Event.parse(row["type"], row["data"]) for row in rows)
    key = UUID(last["stream"][-36:])
    return Outcome(key, last["version"], events, (last["shard"], last["position"]))
